import { kind, type WatchEvent } from '@mosaic/apiserver';
import type { ClusterRecord } from '@mosaic/store';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { at, emptyWorld, event, iso, slim, uidOf, type World } from '../testing.ts';
import { bodies } from './bodies.ts';
import { BEHIND_NOW_MS, type Clock, replayClock } from './clock.ts';
import { type Replay, replayEvents, replayObjects } from './replay.ts';
import { recorded, type Step, type Written } from './testing.ts';

const POD = kind('v1', 'Pod');
const SINCE = at(60);
const pod = (name: string, n: number, phase: string, namespace = 'shop'): Written => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, uid: uidOf(n), creationTimestamp: iso(SINCE) },
  status: { phase },
});
const HISTORY: readonly Step[] = [
  { at: at(50), uid: uidOf(1), rv: 1, object: pod('a', 1, 'Pending') },
  { at: at(40), uid: uidOf(1), rv: 2, object: pod('a', 1, 'Running') },
  { at: at(39), uid: uidOf(2), rv: 3, object: pod('b', 2, 'Pending', 'other') },
  { at: at(38), uid: uidOf(3), rv: 4, object: { ...pod('a', 3, ''), kind: 'ConfigMap' } },
  { at: at(37), uid: uidOf(1), rv: 5 },
];

let world: World;
let cluster: ClusterRecord;
let stop: AbortController;
let told: string[];
beforeEach(async () => {
  world = await emptyWorld();
  await recorded(world, SINCE, HISTORY);
  [cluster] = (await world.store.clusters.all()) as [ClusterRecord]; // the one that was enrolled
  stop = new AbortController();
  told = [];
});
afterEach(() => stop.abort());

const inWords = ({ type, object, before }: WatchEvent): string => {
  const phase = (object.status as { phase?: string } | undefined)?.phase ?? '';
  const rest = before === undefined ? '' : ` was ${(before.status as { phase?: string }).phase}`; // pods of this test
  return `${type} ${object.metadata.name}@${object.metadata.resourceVersion} ${phase}${rest}`;
};

/** All of it is past already; beyond the end it waits for the signal. */
const overAt = (end: number): Clock => ({
  position: () => end,
  until: (instant, signal) =>
    instant <= end
      ? Promise.resolve()
      : new Promise((go) => signal.addEventListener('abort', () => go(), { once: true })),
});

const replayOf = (more: Partial<Replay> = {}): Replay => ({
  store: world.store,
  bodies: bodies(
    world.store,
    async () => SINCE,
    () => world.clock.now,
  ),
  ...{ cluster, kind: POD, namespace: undefined, from: at(45), afterVersion: 0, clock: overAt(at(30)) },
  tell: (change) => told.push(inWords(change)),
  signal: stop.signal,
  taken: async () => undefined,
  ...more,
});
const LIVING = [{ uid: uidOf(1), rv: 1, apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'a' }];

const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await new Promise((later) => setImmediate(later));
};

describe('a replay', () => {
  it('tells what happened to objects of the kind, in order, and ends with its reader', async () => {
    const replay = replayObjects(replayOf(), LIVING);
    await until(() => told.length === 3);
    stop.abort();
    await replay;
    expect(told).toEqual(['MODIFIED a@2 Running was Pending', 'ADDED b@3 Pending', 'DELETED a@5 Running']);
  });

  it('tells of one namespace only when that is asked', async () => {
    const replay = replayObjects(replayOf({ namespace: 'other' }), LIVING);
    await until(() => told.length === 1);
    stop.abort();
    await replay;
    expect(told).toEqual(['ADDED b@3 Pending']);
  });

  it('goes on behind the version that its reader knows', async () => {
    const replay = replayObjects(replayOf({ afterVersion: 2 }), LIVING);
    await until(() => told.length === 2);
    stop.abort();
    await replay;
    expect(told).toEqual(['ADDED b@3 Pending', 'DELETED a@5 Running']);
  });

  it('waits for a reader that takes nothing', async () => {
    let release = (): void => undefined;
    const taken = () =>
      new Promise<void>((go) => {
        release = go;
      });
    const replay = replayObjects(replayOf({ taken }), LIVING);
    await until(() => told.length === 1);
    await new Promise((later) => setTimeout(later, 20));
    expect(told).toHaveLength(1);
    release();
    await until(() => told.length === 2);
    stop.abort();
    release();
    await replay;
  });

  it('tells an event again as a change of it', async () => {
    const about = slim({ kind: 'Pod', name: 'a' });
    const events = [
      event(about, 1, at(41)),
      event(about, 1, at(40), { count: 2 }),
      event(about, 1, at(50), { count: 0 }),
    ];
    await world.store.events.write(cluster.id, events, world.clock.now);
    const counts: unknown[] = [];
    const tell = ({ type, object }: WatchEvent) => counts.push([type, object.count]);
    const replay = replayEvents(replayOf({ kind: kind('v1', 'Event'), tell }));
    await until(() => counts.length === 2);
    stop.abort();
    await replay;
    expect(counts).toEqual([
      ['ADDED', 1],
      ['MODIFIED', 2],
    ]);
  });
});

test('the clock of a replay runs as fast as wished, and stays behind now', () => {
  let now = 1_000_000;
  const clock = replayClock(500_000, 10, () => now);
  expect(clock.position()).toBe(500_000);
  now += 1_000;
  expect(clock.position()).toBe(510_000);
  now += 100_000;
  expect(clock.position()).toBe(now - BEHIND_NOW_MS);
});

test('the clock of a replay from just now does not run backwards', () => {
  expect(replayClock(999_000, 1, () => 1_000_000).position()).toBe(999_000);
});
