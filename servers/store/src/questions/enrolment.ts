// Tokens by which clusters join: one cluster, one time, for a quarter of an hour.

import { DAY_MS } from '@mosaic/wire';
import type { Enrolment, JoinToken } from '../port-people.ts';
import type { EnrolmentRows } from '../rows-people.ts';

/** Long enough that a late or second use is told as such. */
const REMEMBERED_MS = 7 * DAY_MS;

export function enrolment(rows: EnrolmentRows, now: () => number): Enrolment {
  const known = async (): Promise<readonly JoinToken[]> => {
    const all = await rows.all();
    const isOver = ({ expiresAt }: JoinToken): boolean => expiresAt + REMEMBERED_MS < now();
    for (const token of all.filter(isOver)) await rows.remove(token);
    return all.filter((token) => !isOver(token)).toSorted((a, b) => b.createdAt - a.createdAt);
  };
  return {
    offer: (token) => rows.put(token),
    offers: known,
    async take(hash, usedFor) {
      const token = await rows.one(hash);
      if (token === undefined) return { result: 'unknown' };
      const before = token.usedFor ?? '';
      if (before !== '') return { result: before === usedFor ? 'taken' : 'used', token };
      if (token.expiresAt <= now()) return { result: 'late', token };
      const then = await rows.take(token, usedFor, now());
      if (then === undefined) return { result: 'unknown' };
      return { result: then.usedFor === usedFor ? 'taken' : 'used', token: then };
    },
    async withdraw(id) {
      const token = (await rows.all()).find((one) => one.id === id);
      if (token) await rows.remove(token);
      return token !== undefined;
    },
  };
}
