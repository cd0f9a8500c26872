// Smooth chance: the same name and instant always give the same value, and near instants near values (value noise, Perlin's older sister).
import { hash32 } from '@mosaic/wire';

/** In [-1, 1]; a new direction every `everyMs`. */
export function noise(name: string, at: number, everyMs: number): number {
  const index = Math.floor(at / everyMs);
  const along = at / everyMs - index;
  const share = along * along * (3 - 2 * along);
  return corner(name, index) * (1 - share) + corner(name, index + 1) * share;
}

const corner = (name: string, index: number): number => (hash32(`${name} ${index}`) % 2001) / 1000 - 1;

/** In [0, 1): what makes one thing different from the next of its kind. */
export const character = (name: string): number => (hash32(name) % 1000) / 1000;
