// Whose an IP was: nobody's, one's, or several's (then nobody may guess).

import type { Lease, Leases } from '../port.ts';
import type { LeaseRows } from '../rows.ts';

export function leases(rows: LeaseRows): Leases {
  return {
    write: (cluster, written) => (written.length === 0 ? Promise.resolve() : rows.put(cluster, written)),
    async holders(cluster, ip, at) {
      const known = await rows.of(cluster, ip, at);
      return newestFirst(known.filter(({ from, to }) => from <= at && (to === undefined || to > at)));
    },
    async of(cluster, ip, span) {
      const known = await rows.of(cluster, ip, span.to);
      return newestFirst(known.filter(({ to }) => to === undefined || to >= span.from));
    },
  };
}

const newestFirst = (known: readonly Lease[]): Lease[] =>
  known.toSorted((a, b) => b.from - a.from || (a.uid < b.uid ? -1 : 1));
