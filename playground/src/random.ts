// Chance by seed: the same seed tells the same story. One 32-bit state, so that a saved world goes on where it stopped (mulberry32, Tommy Ettinger, public domain).

export interface Random {
  /** In [0, 1). */
  next(): number;
  /** Whole number in [least, most]. */
  between(least: number, most: number): number;
  chance(share: number): boolean;
  /** Throws RangeError on an empty list. */
  pick<T>(list: readonly T[]): T;
  uuid(): string;
  /** As Kubernetes names generated things: no vowels, nothing that reads like a word. */
  suffix(length: number): string;
  /** The whole memory of the generator. */
  readonly state: number;
}

const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const bits = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const next = (): number => bits() / 0x1_0000_0000;
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  const hex = (): string => bits().toString(16).padStart(8, '0');
  return {
    next,
    between,
    chance: (share) => next() < share,
    pick(list) {
      if (list.length === 0) throw new RangeError('nothing to pick from');
      return list[between(0, list.length - 1)] as (typeof list)[number]; // in range by construction
    },
    uuid() {
      const text = hex() + hex() + hex() + hex();
      const variant = '89ab'[Number.parseInt(text[16] ?? '0', 16) & 3];
      return `${text.slice(0, 8)}-${text.slice(8, 12)}-4${text.slice(13, 16)}-${variant}${text.slice(17, 20)}-${text.slice(20)}`;
    },
    suffix(length) {
      let text = '';
      for (let i = 0; i < length; i++) text += SUFFIX_LETTERS[between(0, SUFFIX_LETTERS.length - 1)];
      return text;
    },
    get state() {
      return state;
    },
  };
}
