// Whose an IP was: nobody's, one's, or several's (then nobody may guess).

import { isIP } from 'node:net';
import type { Lease, Leases } from '../port.ts';
import type { LeaseRows } from '../rows.ts';

export function leases(rows: LeaseRows): Leases {
  const of: LeaseRows['of'] = async (cluster, ip, to) => (isAddress(ip) ? rows.of(cluster, ip, to) : []);
  return {
    async write(cluster, written) {
      const kept = written.filter(({ ip }) => isAddress(ip));
      if (kept.length > 0) await rows.put(cluster, kept);
    },
    async holders(cluster, ip, at) {
      const known = await of(cluster, ip, at);
      return newestFirst(known.filter(({ from, to }) => from <= at && (to === undefined || to > at)));
    },
    async of(cluster, ip, span) {
      const known = await of(cluster, ip, span.to);
      return newestFirst(known.filter(({ to }) => to === undefined || to >= span.from));
    },
  };
}

/** Nobody holds what is none, such as a part of one that is searched for: Cassandra would refuse the question. A zone (`%eth0`) is of one machine only. */
const isAddress = (ip: string): boolean => isIP(ip) !== 0 && !ip.includes('%');

const newestFirst = (known: readonly Lease[]): Lease[] =>
  known.toSorted((a, b) => b.from - a.from || (a.uid < b.uid ? -1 : 1));
