// Names of addresses outside, by reverse DNS: asked for once in a while, never waited for, never more than a bounded number.

import type { Clock } from '@mosaic/runtime';

export interface Names {
  /** What is known by now; asks when nothing is. */
  of(ip: string): string | undefined;
  /** Resolves when nothing is being asked. */
  settled(): Promise<void>;
}

export interface NameOptions {
  readonly clock: Clock;
  readonly reverseDns?: ((ip: string) => Promise<string | undefined>) | undefined;
  readonly most?: number;
}

const MOST_NAMES = 4_096;
const MOST_ASKED_AT_ONCE = 4;
/** An answer, also none, holds for so long. */
const FRESH_MS = 15 * 60_000;

interface Known {
  readonly name: string | undefined;
  readonly at: number;
}

export function names({ clock, reverseDns, most = MOST_NAMES }: NameOptions): Names {
  const known = new Map<string, Known>();
  const asked = new Map<string, Promise<void>>();

  const ask = async (ip: string, resolve: (ip: string) => Promise<string | undefined>): Promise<void> => {
    const name = await resolve(ip).catch(() => undefined); // no answer is an answer: asked again when it is stale
    known.delete(ip);
    known.set(ip, { name: cleaned(name), at: clock.now() });
    for (const oldest of known.keys()) {
      if (known.size <= most) break;
      known.delete(oldest);
    }
    asked.delete(ip);
  };

  return {
    of(ip) {
      const entry = known.get(ip);
      const isStale = entry === undefined || clock.now() - entry.at >= FRESH_MS;
      if (isStale && reverseDns && isOutside(ip) && asked.size < MOST_ASKED_AT_ONCE && !asked.has(ip))
        asked.set(ip, ask(ip, reverseDns));
      return entry?.name;
    },
    async settled() {
      await Promise.all(asked.values());
    },
  };
}

const cleaned = (name: string | undefined): string | undefined =>
  name === undefined || name === '' ? undefined : name.toLowerCase().replace(/\.$/, '').slice(0, 253);

/** Addresses that the whole world shares; a cluster's own are not asked for. RFC 1918, 6598, 3927, 4193. */
export function isOutside(ip: string): boolean {
  if (ip.includes(':')) return /^[23]/.test(ip);
  return !/^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(ip);
}
