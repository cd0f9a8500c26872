import { describe, expect, test } from 'vitest';
import type { CoverageRecord } from './coverage.ts';
import type { ClusterEvent } from './event.ts';
import { coverageFault, eventFault, revisionFault, sift } from './guards.ts';
import type { Revision } from './revision.ts';

const AT = Date.UTC(2026, 10, 21, 12);
const revision: Revision = {
  uid: 'u1',
  kind: 'Pod',
  apiVersion: 'v1',
  namespace: 'shop',
  name: 'checkout-1',
  at: AT,
  rv: 7,
  op: 'modify',
  enc: 1,
  body: new Uint8Array(3),
  inflated: 10,
  diff: [{ path: 'spec.replicas', op: 'replace', before: 1, after: 2 }],
  createdAt: AT,
};
const event: ClusterEvent = {
  uid: 'e1',
  at: AT,
  firstAt: AT,
  count: 1,
  type: 'Warning',
  reason: 'BackOff',
  message: 'again',
  namespace: 'shop',
  kind: 'Pod',
  name: 'checkout-1',
  objectUid: '',
  source: 'kubelet',
};
const coverage: CoverageRecord = {
  source: 'cluster-agent',
  boot: 'b',
  epoch: 1,
  sequence: 1,
  signal: 'objects',
  kind: 'v1/Pod',
  from: AT,
  coveredTo: AT + 10_000,
  state: 'watching',
};
/** Rows as an outsider may send them: the types promise nothing yet. */
const odd = <T>(row: T, change: Record<string, unknown>): T => ({ ...row, ...change });

test('sound rows pass', () => {
  expect(revisionFault(revision)).toBeUndefined();
  expect(
    revisionFault(odd(revision, { op: 'delete', enc: 3, body: new Uint8Array(0), goneAfter: AT })),
  ).toBeUndefined();
  expect(eventFault(event)).toBeUndefined();
  expect(coverageFault(coverage)).toBeUndefined();
});

describe('a row that cannot be kept is told by its field', () => {
  test.each([
    [{ uid: '' }, 'uid'],
    [{ name: 'x'.repeat(513) }, 'name'],
    [{ at: -1 }, 'at'],
    [{ at: 1e17 }, 'at'],
    [{ at: Number.NaN }, 'at'],
    [{ op: 'explode' }, 'op'],
    [{ enc: 9 }, 'enc'],
    [{ enc: 3 }, 'enc'],
    [{ enc: 1, body: new Uint8Array(0) }, 'enc'],
    [{ enc: 2 }, 'baseAt'],
    [{ enc: 2, baseAt: AT }, 'baseRv'],
    [{ inflated: 3 * 1024 * 1024 }, 'inflated'],
    [{ diff: 'none' }, 'diff'],
    [{ diff: [null] }, 'diff'],
    [{ diff: [{ path: 'a', op: 'twist' }] }, 'diff'],
    [{ diff: Array(21).fill({ path: 'a', op: 'add' }) }, 'diff'],
  ])('revision %o', (change, field) => expect(revisionFault(odd(revision, change))).toMatch(new RegExp(`^${field}: `)));

  test.each([
    [{ uid: '' }, 'uid'],
    [{ at: 0.5 }, 'at'],
    [{ count: -1 }, 'count'],
    [{ message: 'm'.repeat(65_537) }, 'message'],
  ])('event %#', (change, field) => expect(eventFault(odd(event, change))).toMatch(new RegExp(`^${field}: `)));

  test.each([
    [{ signal: 'smells' }, 'signal'],
    [{ coveredTo: AT - 1 }, 'coveredTo'],
    [{ state: 'asleep' }, 'state'],
  ])('coverage %o', (change, field) => expect(coverageFault(odd(coverage, change))).toMatch(new RegExp(`^${field}: `)));
});

test('a bad row does not cost its neighbours', () => {
  const rows = [revision, odd(revision, { uid: '' }), odd(revision, { rv: 8 })];
  const { good, bad } = sift(rows, revisionFault);
  expect(good.map(({ rv }) => rv)).toEqual([7, 8]);
  expect(bad).toEqual([{ place: 1, reason: 'uid: expected a name of 1–512 characters' }]);
});
