// How often a password may be tried: some at once, then one in a while, per account and per address. What is right gives its tries back.

import { boundedMap } from '../asking/bounded-map.ts';

interface Bucket {
  readonly left: number;
  readonly at: number;
}

export interface Rate {
  /** At once. */
  readonly most: number;
  /** One more after this. */
  readonly everyMs: number;
}

/** Wrong ones cost: 5, then two a minute. */
const PER_ACCOUNT: Rate = { most: 5, everyMs: 30_000 };
/** Many people may share an address. */
const PER_ADDRESS: Rate = { most: 20, everyMs: 10_000 };
/** Of each; the longest unseen are forgotten first. */
const MOST_KNOWN = 10_000;

export interface Attempts {
  /** Ms to wait; 0 when it may be tried, which is then counted. */
  take(account: string, address: string): number;
  /** It was right: the account is fresh again, the address has one more. */
  right(account: string, address: string): void;
}

export function attempts(now: () => number): Attempts {
  const accounts = buckets(PER_ACCOUNT, now);
  const addresses = buckets(PER_ADDRESS, now);
  return {
    take(account, address) {
      const wait = Math.max(accounts.wait(account), addresses.wait(address));
      if (wait > 0) return wait;
      accounts.add(account, -1);
      addresses.add(address, -1);
      return 0;
    },
    right(account, address) {
      accounts.add(account, PER_ACCOUNT.most);
      addresses.add(address, 1);
    },
  };
}

export function buckets({ most, everyMs }: Rate, now: () => number) {
  const known = boundedMap<Bucket>(MOST_KNOWN);
  const leftOf = (key: string): number => {
    const bucket = known.get(key);
    return bucket === undefined ? most : Math.min(most, bucket.left + (now() - bucket.at) / everyMs);
  };
  return {
    /** Ms until there is one. */
    wait: (key: string): number => Math.max(0, Math.ceil((1 - leftOf(key)) * everyMs)),
    add(key: string, tries: number): void {
      known.set(key, { left: Math.min(most, leftOf(key) + tries), at: now() });
    },
  };
}
