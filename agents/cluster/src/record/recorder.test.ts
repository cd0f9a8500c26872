import type { Manifest } from '@mosaic/kat';
import { makeKey, nodeCompression, verifyEd25519 } from '@mosaic/runtime';
import { foldState, HOUR_MS, isSignedBy, type Slim } from '@mosaic/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanObject } from '../object/clean.ts';
import { redactor } from '../object/redact.ts';
import { slimOf } from '../object/slim-of.ts';
import { after, configMap, nextVersion, type PodStep, pod, START } from '../testing/manifests.ts';
import { type Received, received } from '../testing/receive.ts';
import { type Recorder, type RecorderOptions, recorder } from './recorder.ts';

const redact = redactor('key');

function recording(options: Partial<RecorderOptions> = {}): { readonly out: Received; readonly rec: Recorder } {
  const out = received();
  const about = {
    cluster: 7,
    source: 'cluster-agent',
    boot: 'boot',
    epoch: 3,
    compression: nodeCompression,
    redactKey: 'key',
  };
  return { out, rec: recorder({ ...about, publish: out.publish, ...options }) };
}

type Step = { readonly n: number; readonly step: PodStep | 'delete' | 'repeat'; readonly waitMs: number };
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    n: fc.nat(7),
    step: fc.constantFrom('pulling', 'running', 'unready', 'crashed', 'back-off', 'terminating', 'delete', 'repeat'),
    waitMs: fc.constantFrom(0, 5, 900, 4_000, 11_000, 700_000),
  }),
  { maxLength: 60 },
);

/** Lives a cluster through `story`, and keeps what is true beside it. */
async function live(rec: Recorder, story: readonly Step[]) {
  const pods = new Map<number, Manifest>();
  const cleaned = new Map<string, string>();
  const latest = new Map<string, string>();
  let at = START;
  await rec.checkpoint(at);
  for (const { n, step, waitMs } of story) {
    for (const end = at + waitMs; at < end; at = Math.min(end, at + 10_000)) await rec.tick(at);
    const before = pods.get(n);
    if (step === 'delete') {
      if (before)
        rec.observe({
          op: 'delete',
          object: { ...before, metadata: { ...before.metadata, resourceVersion: nextVersion() } },
          at,
        });
      pods.delete(n);
      continue;
    }
    const now =
      before === undefined
        ? { ...pod({ n }), metadata: { ...pod({ n }).metadata, uid: `${n}-${at}` } }
        : step === 'repeat'
          ? before
          : after(before, step, at, n);
    pods.set(n, now);
    const json = JSON.stringify(cleanObject(now, redact));
    // A kubelet that writes the same status once more makes a new resourceVersion, but no new version.
    if (latest.get(now.metadata.uid) !== json) cleaned.set(`${now.metadata.uid} ${now.metadata.resourceVersion}`, json);
    latest.set(now.metadata.uid, json);
    rec.observe({ op: before ? 'modify' : 'add', object: now, at });
  }
  await rec.flush(at);
  const state = new Map<string, Slim>();
  for (const object of pods.values()) {
    const slim = slimOf(cleanObject(object, redact), Number(object.metadata.resourceVersion));
    state.set(slim.uid, slim);
  }
  return { at, state, cleaned };
}

/** A change of nothing but the resourceVersion is not told: a state keeps the version of the last change that was. */
const unversioned = (state: ReadonlyMap<string, Slim>) =>
  new Map([...state].map(([uid, slim]) => [uid, { ...slim, rv: 0 }]));

describe('the recorder', () => {
  it('publishes chunks whose fold is the latest state, by checkpoint and deltas and by the live tail alone', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (story) => {
        const { out, rec } = recording();
        const { at, state } = await live(rec, story);
        expect(unversioned(out.stateAt(at))).toEqual(unversioned(state));
        expect(unversioned(foldState([], 0, out.tail(), at))).toEqual(unversioned(state));
      }),
      { numRuns: 40 },
    );
  });

  it('keeps every version so that it is restored byte-equal to the cleaned object', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (story) => {
        const { out, rec } = recording();
        const { cleaned } = await live(rec, story);
        const kept = out.revisions().filter(({ op }) => op !== 'delete');
        for (const revision of kept) expect(out.restore(revision)).toBe(cleaned.get(`${revision.uid} ${revision.rv}`));
        expect(new Set(kept.map(({ uid, rv }) => `${uid} ${rv}`))).toEqual(new Set(cleaned.keys()));
      }),
      { numRuns: 40 },
    );
  });

  it('restores byte-equal when memory for versions is short', async () => {
    const { out, rec } = recording({ limits: { versionBytes: 4_000, parsedVersions: 1 } });
    const story = Array.from(
      { length: 40 },
      (_, i): Step => ({ n: i % 8, step: i % 3 ? 'running' : 'crashed', waitMs: 5 }),
    );
    const { cleaned } = await live(rec, story);
    for (const revision of out.revisions())
      expect(out.restore(revision)).toBe(cleaned.get(`${revision.uid} ${revision.rv}`));
  });

  it('numbers chunks of each signal from 1 without holes, and signs them', async () => {
    const key = makeKey();
    const { out, rec } = recording({ signer: key });
    await live(rec, [
      { n: 1, step: 'running', waitMs: 20_000 },
      { n: 1, step: 'running', waitMs: 800_000 },
    ]);
    for (const signal of ['objects', 'state'] as const) {
      const sequences = out.headers(signal).map(({ seq }) => seq);
      expect(sequences).toEqual(sequences.map((_, i) => i + 1));
    }
    for (const chunk of out.chunks) expect(isSignedBy(chunk, key.publicKey, verifyEd25519)).toBe(true);
  });

  it('never lets a chunk cross a UTC hour', async () => {
    const { out, rec } = recording();
    const hour = START + HOUR_MS;
    await rec.checkpoint(hour - 5_000);
    rec.observe({ op: 'add', object: pod({ n: 1 }), at: hour - 1 });
    rec.observe({ op: 'add', object: pod({ n: 2 }), at: hour });
    await rec.flush(hour + 1);
    expect(out.headers('objects').map(({ t0 }) => t0)).toEqual([hour - 1, hour]);
    expect(out.headers('state').filter(({ checkpoint }) => checkpoint === undefined)).toHaveLength(2);
  });

  it('takes the same version seen twice for nothing', async () => {
    const { out, rec } = recording();
    const one = pod({ n: 1 });
    rec.observe({ op: 'add', object: one, at: START });
    rec.observe({ op: 'modify', object: one, at: START + 10 });
    await rec.flush(START + 20);
    expect(out.revisions()).toHaveLength(1);
    expect(rec.stats().duplicates).toBe(1);
  });

  it('makes no revision of a heartbeat', async () => {
    const { out, rec } = recording();
    const beat = (at: string, rv: string): Manifest => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'node-1', uid: 'n1', resourceVersion: rv, creationTimestamp: '2026-11-20T08:00:00Z' },
      status: {
        conditions: [
          { type: 'Ready', status: 'True', lastHeartbeatTime: at, lastTransitionTime: '2026-11-20T08:00:00Z' },
        ],
      },
    });
    rec.observe({ op: 'add', object: beat('2026-11-20T08:00:00Z', '5'), at: START });
    rec.observe({ op: 'modify', object: beat('2026-11-20T08:05:00Z', '6'), at: START + 300_000 });
    await rec.flush(START + 300_001);
    expect(out.revisions()).toHaveLength(1);
    expect(out.tail().flatMap(({ deltas }) => deltas)).toHaveLength(1);
  });

  it('does not let a late observation of a deleted object bring it back', async () => {
    const { out, rec } = recording();
    const one = pod({ n: 1 });
    await rec.checkpoint(START);
    rec.observe({ op: 'add', object: one, at: START });
    rec.observe({ op: 'delete', object: after(one, 'running', START), at: START + 1 });
    rec.observe({ op: 'modify', object: after(one, 'running', START), at: START + 2 });
    await rec.flush(START + 3);
    expect(out.stateAt(START + 3).size).toBe(0);
  });

  it('tells a delete found by absence from one that was seen', async () => {
    const { out, rec } = recording();
    const one = pod({ n: 1 });
    rec.observe({ op: 'add', object: one, at: START });
    rec.observe({ op: 'delete', object: one, at: START + 60_000, goneAfter: START });
    await rec.flush(START + 60_000);
    const last = out.revisions().at(-1);
    expect(last).toMatchObject({ op: 'delete', enc: 3, goneAfter: START, at: START + 60_000 });
    expect(last?.rv).toBe(Number(one.metadata.resourceVersion) + 1); // not the version that is already kept
  });

  it('writes an unchanged shard as a reference, a changed one against the first of the hour', async () => {
    const { out, rec } = recording();
    const one = pod({ n: 1 });
    rec.observe({ op: 'add', object: one, at: START });
    await rec.checkpoint(START);
    await rec.tick(START + 600_000);
    rec.observe({ op: 'modify', object: after(one, 'running', START + 700_000), at: START + 700_000 });
    await rec.tick(START + 1_200_000);
    const indices = out.headers('state').flatMap(({ checkpoint }) => checkpoint ?? []);
    expect(indices).toHaveLength(48);
    expect(indices.slice(16, 32).every(({ sameAs }) => sameAs?.at === START)).toBe(true);
    expect(indices.slice(32).filter(({ base }) => base?.at === START)).toHaveLength(1);
    expect(out.stateAt(START + 1_200_000).get(one.metadata.uid)?.phase).toBe('Running');
  });

  it('keeps every living object whole once a day', async () => {
    const { out, rec } = recording();
    rec.observe({ op: 'add', object: pod({ n: 1 }), at: START });
    for (let at = START; at < START + 50 * HOUR_MS; at += 600_000) await rec.tick(at);
    await rec.flush(START + 50 * HOUR_MS);
    const days = out.revisions().map(({ at, enc }) => `${new Date(at).toISOString().slice(0, 10)} ${enc}`);
    expect(days).toEqual(['2026-11-20 1', '2026-11-21 1', '2026-11-22 1']);
  });

  it('lets a 1 MB ConfigMap travel alone, and cuts what is over 2 MiB', async () => {
    const { out, rec } = recording();
    const noise = (n: number): string =>
      Array.from({ length: n / 8 }, (_, i) => ((i * 2654435761) >>> 0).toString(36).padStart(8, 'q').slice(-8)).join(
        '',
      );
    rec.observe({ op: 'add', object: configMap(1, { small: 'x' }), at: START });
    const big = configMap(2, { file: noise(1_000_000) });
    rec.observe({ op: 'add', object: big, at: START });
    rec.observe({ op: 'add', object: configMap(3, { file: noise(3_000_000) }), at: START });
    await rec.flush(START);
    const [, whole, cut] = out.revisions();
    expect(whole && JSON.parse(out.restore(whole)).data).toEqual(big.data);
    expect(cut && out.restore(cut)).toContain('mosaic.dev/truncated');
    expect(cut && out.restore(cut).length).toBeLessThan(2 * 1024 * 1024);
    expect(out.headers('objects')).toHaveLength(3);
  });

  it('says every ten seconds what it covers, also when idle, and goodbye at the end', async () => {
    const { out, rec } = recording();
    for (let at = START; at <= START + 30_000; at += 250) {
      if ((at - START) % 10_000 === 0) rec.cover({ signal: 'objects', kind: 'v1/Pod', to: at, state: 'watching' });
      await rec.tick(at);
    }
    rec.cover({
      signal: 'objects',
      kind: 'v1/Secret',
      from: START,
      to: START + 30_000,
      state: 'gap',
      reason: 'forbidden: missing list,watch on secrets',
    });
    await rec.close(START + 31_000, 'agent stopped');
    const spans = out
      .coverage()
      .map(({ kind, state, from, coveredTo }) => [kind, state, (from - START) / 1000, (coveredTo - START) / 1000]);
    expect(spans).toEqual([
      ['v1/Pod', 'watching', 0, 10],
      ['v1/Pod', 'watching', 10, 20],
      ['v1/Pod', 'watching', 20, 30],
      ['v1/Secret', 'gap', 0, 30],
      ['v1/Pod', 'stopped', 31, 31],
    ]);
  });

  it('holds instants when the clock steps back a little, and begins new chunks when it is set back for good', async () => {
    const { out, rec } = recording();
    rec.observe({ op: 'add', object: pod({ n: 1 }), at: START + 60_000 });
    rec.observe({ op: 'add', object: pod({ n: 2 }), at: START + 58_000 });
    rec.observe({ op: 'add', object: pod({ n: 3 }), at: START - HOUR_MS });
    await rec.flush(START - HOUR_MS);
    expect(out.revisions().map(({ at }) => at - START)).toEqual([60_000, 60_000, -HOUR_MS]);
    expect(out.headers('objects')).toHaveLength(2);
  });

  it('keeps each event once, with its count', async () => {
    const { out, rec } = recording();
    const event = (rv: string, count: number): Manifest => ({
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: 'e', namespace: 'shop', uid: 'e1', resourceVersion: rv },
      regarding: { kind: 'Pod', name: 'cart-1', namespace: 'shop', uid: 'p1' },
      reason: 'BackOff',
      note: 'restarting; dsn postgres://app:hunter22@db/x',
      type: 'Warning',
      deprecatedCount: count,
      deprecatedFirstTimestamp: '2026-11-20T08:00:00Z',
      deprecatedLastTimestamp: '2026-11-20T08:10:00Z',
      reportingController: 'kubelet',
    });
    for (const [rv, count] of [
      ['1', 1],
      ['1', 1],
      ['2', 4],
    ] as const)
      rec.event(event(rv, count), START);
    await rec.flush(START);
    expect(out.events().map(({ count, reason, objectUid }) => [count, reason, objectUid])).toEqual([
      [1, 'BackOff', 'p1'],
      [4, 'BackOff', 'p1'],
    ]);
    expect(out.events()[0]?.message).not.toContain('hunter22');
  });

  it('throws at the next tick what publishing failed with', async () => {
    const { rec } = recording({ publish: () => Promise.reject(new Error('no room')) });
    rec.observe({ op: 'add', object: pod({ n: 1 }), at: START });
    await expect(rec.flush(START)).rejects.toThrow('no room');
  });
});
