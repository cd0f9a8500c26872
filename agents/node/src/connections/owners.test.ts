import { afterEach, describe, expect, test } from 'vitest';
import { namespaceLister } from './namespaces.ts';
import { owners } from './owners.ts';
import { handClock, hostAt } from './testing.ts';
import { type FakeNode, fakeNode } from './testing-proc.ts';

let node: FakeNode;
afterEach(() => node.remove());

/** Two processes of one namespace with sockets 1000… and 2000… */
function crowd(each: number, budget: { fdsPerTick?: number; fdsPerWalk?: number } = {}) {
  node = fakeNode();
  const inodesFrom = (first: number) => Array.from({ length: each }, (_, i) => first + i);
  node.run(
    { pid: 10, namespace: 2, of: 'web/main', inodes: inodesFrom(1_000) },
    { pid: 11, namespace: 2, of: 'web/side', inodes: inodesFrom(2_000) },
  );
  const clock = handClock(0);
  const { proc } = hostAt(node.root);
  const own = owners({ proc, clock, fdsPerTick: 1_000, fdsPerWalk: 20_000, ...budget });
  const namespace = namespaceLister(proc)
    .look(0)
    .namespaces.find(({ id }) => id === '2');
  if (namespace === undefined) throw new Error('the namespace is not listed');
  const walk = (...inodes: readonly number[]) => own.walk([{ namespace, inodes: new Set(inodes) }]);
  return { own, walk, clock };
}

describe('owners of sockets', () => {
  test('are found by the links of the processes in their namespace', async () => {
    const { own, walk } = crowd(5);
    expect(await walk(1_001, 2_003)).toMatchObject({ isWhole: true });
    expect([1_001, 2_003].map((inode) => own.of(inode)?.pid)).toEqual([10, 11]);
  });

  test('once known cost nothing', async () => {
    const { walk } = crowd(5);
    await walk(1_001, 2_003);
    expect(await walk(1_001, 2_003)).toEqual({ fds: 0, isWhole: true });
  });

  test('that nobody holds are not searched for ever', async () => {
    const { walk } = crowd(5);
    expect(await walk(7)).toEqual({ fds: 10, isWhole: true });
    expect(await walk(7)).toEqual({ fds: 10, isWhole: true });
    expect(await walk(7)).toEqual({ fds: 0, isWhole: true });
  });

  test('are forgotten with their sockets: an inode is another socket’s some day', async () => {
    const { own, walk } = crowd(5);
    await walk(1_001);
    own.keep(new Set());
    expect(own.of(1_001)).toBeUndefined();
  });

  test('others have their turn between bounded numbers of links', async () => {
    const { walk, clock } = crowd(50, { fdsPerTick: 20 });
    await walk(7);
    expect(clock.now()).toBe(5 * 50);
  });

  test('more than one walk may take is found by the next', async () => {
    const { own, walk } = crowd(50, { fdsPerWalk: 40 });
    expect(await walk(2_049)).toEqual({ fds: 50, isWhole: false });
    expect(own.of(2_049)).toBeUndefined();
    await walk(2_049);
    expect(own.of(2_049)?.pid).toBe(11);
  });

  test('a process that has gone meanwhile is no trouble', async () => {
    const { own, walk } = crowd(5);
    node.end(10);
    await walk(1_001, 2_001);
    expect([1_001, 2_001].map((inode) => own.of(inode)?.pid)).toEqual([undefined, 11]);
  });
});
