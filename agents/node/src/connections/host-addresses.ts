// The machine's own addresses, those it has towards its pods too: calls from them are its own (a kubelet's probes), though no pod and no Node names them.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonical } from './addresses.ts';

export interface HostAddresses {
  /** Read again twice a minute. */
  at(now: number): Promise<ReadonlySet<string>>;
}

const FRESH_MS = 30_000;

export function hostAddresses(proc: string): HostAddresses {
  let known: ReadonlySet<string> = new Set();
  let readAt = Number.NEGATIVE_INFINITY;
  const read = (name: string): Promise<string> => readFile(join(proc, '1/net', name), 'utf8').catch(() => '');
  return {
    async at(now) {
      if (now - readAt < FRESH_MS) return known;
      readAt = now;
      known = new Set([...addressesOfTrie(await read('fib_trie')), ...addressesOfTable(await read('if_inet6'))]);
      return known;
    },
  };
}

/** Leaves of the routing table that end on the machine. */
export const addressesOfTrie = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(/\|-- (\S+)\n(?:\s+\/\d+ [^\n]*\n)*?\s+\/32 host LOCAL/g)].flatMap(([, ip]) => ip ?? []),
  ),
];

/** Each line begins with an address in full, without colons. */
export const addressesOfTable = (text: string): string[] =>
  text
    .split('\n')
    .flatMap((line) => /^[0-9a-f]{32}/.exec(line)?.[0] ?? [])
    .map((hex) => canonical((hex.match(/.{4}/g) ?? []).join(':')));
