import type { SlimDelta } from '@mosaic/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AT, gone, moved, slim, told, uidOf } from '../testing/seen.ts';
import { leaseBook } from './lease-book.ts';

/** Leases as a store would hold them: by (ip, from, uid), those that never held left out. */
function holding() {
  const book = leaseBook();
  const rows = new Map<string, number | undefined>();
  const write = (): number => {
    const leases = book.unwritten();
    for (const { ip, from, to, uid } of leases) rows.set(`${ip} ${uid.slice(-1)} ${from - AT}`, to && to - AT);
    book.settle();
    return leases.length;
  };
  const note = (deltas: readonly SlimDelta[], epoch = 1): number => {
    book.note(deltas, epoch);
    return write();
  };
  const held = () =>
    Object.fromEntries([...rows].filter(([key, to]) => to === undefined || Number(key.split(' ')[2]) !== to).sort());
  return { book, note, write, held };
}

const pod = slim(1, { ip: '10.0.0.1', phase: 'Running', startedAt: AT });
const done = slim(1, { ip: '10.0.0.1', phase: 'Succeeded', startedAt: AT });

describe('who holds which address', () => {
  test('a pod from its start until it ends; its body keeps the IP, but another may have it', () => {
    const { note, held } = holding();
    note([told(pod, AT + 5)]);
    note([moved(done, AT + 50)]);
    note([gone(1, AT + 90)]);
    expect(held()).toEqual({ '10.0.0.1 1 0': 50 });
  });

  test('a late delete closes, and what comes late after it does not open again', () => {
    const { note, held } = holding();
    note([gone(1, AT + 90)]);
    note([told(pod, AT + 5)]);
    note([moved(pod, AT + 60)]);
    expect(held()).toEqual({ '10.0.0.1 1 0': 90 });
  });

  test('what says nothing new is not written again', () => {
    const { note } = holding();
    expect([note([told(pod, AT + 5)]), note([told(pod, AT + 5)]), note([moved(pod, AT + 9)])]).toEqual([1, 0, 0]);
  });

  test('host network is flagged; Services and Nodes hold their addresses, names are none', () => {
    const book = leaseBook();
    book.note(
      [
        told(slim(1, { ip: '192.168.0.5', hostNetwork: true }), AT),
        told(slim(2, { kind: 'Service', addresses: ['10.96.0.1', 'lb.example.com', 'None'] }), AT),
        told(slim(3, { kind: 'Node', addresses: ['192.168.0.5', 'fd00::5', 'node-a'] }), AT),
        told(slim(4, { kind: 'Ingress', addresses: ['shop.test'] }), AT),
      ],
      1,
    );
    expect(book.unwritten().map(({ ip, uid, hostNetwork }) => [ip, uid, hostNetwork])).toEqual([
      ['192.168.0.5', uidOf(1), true],
      ['10.96.0.1', uidOf(2), false],
      ['192.168.0.5', uidOf(3), true],
      ['fd00::5', uidOf(3), true],
    ]);
  });

  test('a pod of two address families holds one of each', () => {
    const { note, held } = holding();
    const dual = { ...pod, addresses: ['fd00::1'] };
    note([told(dual, AT + 5)]);
    note([gone(1, AT + 90)]);
    expect(held()).toEqual({ '10.0.0.1 1 0': 90, 'fd00::1 1 0': 90 });
  });

  test('an earlier sight that comes late moves the beginning', () => {
    const { note, held } = holding();
    const unstarted = slim(1, { ip: '10.0.0.1' });
    note([told(unstarted, AT + 50)]);
    note([moved(unstarted, AT + 20)]);
    expect(held()).toEqual({ '10.0.0.1 1 20': undefined });
  });

  test('a pod that nobody has described waits until somebody does', () => {
    const { book, note, write, held } = holding();
    note([moved(pod, AT + 5)]);
    expect([book.isWaiting, held()]).toEqual([true, {}]);
    book.describe(new Map(), AT);
    expect(book.isWaiting).toBe(true);
    book.describe(new Map([[pod.uid, pod]]), AT);
    write();
    expect([book.isWaiting, held()]).toEqual([false, { '10.0.0.1 1 0': undefined }]);
  });

  test('a pod that went while nobody watched ends with the first whole look of the next epoch', () => {
    const { book, note, write, held } = holding();
    const other = slim(2, { ip: '10.0.0.2', startedAt: AT });
    note([told(pod, AT + 5), told(other, AT + 5)]);
    note([told(other, AT + 100)], 2);
    book.endOthers(2, AT + 110);
    write();
    expect(held()).toEqual({ '10.0.0.1 1 0': 110, '10.0.0.2 2 0': undefined });
  });

  test('after a restart open leases are known and go on', () => {
    const { book, note, write, held } = holding();
    const sandboxed = slim(1, { ip: '10.0.0.9', startedAt: AT });
    const stands = [{ ip: '10.0.0.9', uid: pod.uid, from: AT + 30, hostNetwork: false }];
    book.load(new Map([[pod.uid, sandboxed]]), AT + 60, () => stands);
    expect(write()).toBe(0);
    note([gone(1, AT + 90)]);
    expect(held()).toEqual({ '10.0.0.9 1 30': 90 });
  });

  test('the same leases stand at the end whatever the order and however often', () => {
    const life = [
      told(slim(1, { phase: 'Pending' }), AT + 1),
      moved(pod, AT + 5),
      told(slim(1, { ip: '10.0.0.7', phase: 'Running', startedAt: AT, labels: { a: 'b' } }), AT + 20),
      gone(1, AT + 40),
      told(slim(2, { ip: '10.0.0.1', startedAt: AT + 41 }), AT + 45),
    ];
    const whole = holding();
    for (const delta of life) whole.note([delta]);
    expect(whole.held()).toEqual({ '10.0.0.1 1 0': 20, '10.0.0.1 2 41': undefined, '10.0.0.7 1 20': 40 });
    fc.assert(
      fc.property(fc.shuffledSubarray([...life, ...life], { minLength: life.length * 2 }), (mixed) => {
        const { note, held } = holding();
        for (const delta of mixed) note([delta]);
        expect(held()).toEqual(whole.held());
      }),
    );
  });
});
