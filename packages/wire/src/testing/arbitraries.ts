// Random but valid values of every signal, for the laws.

import fc from 'fast-check';
import type { ClusterEvent, CoverageRecord, Revision, Slim, SlimDelta } from '../index.ts';
import { dynamicOf, SIGNALS, staticOf } from '../index.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/);
const instant = fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 });
const few = fc.integer({ min: 0, max: 1_000_000 });
const jsonValue = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** Absent optional fields are absent, not undefined: what a decoder gives back. */
const whole = <T extends object>(record: T): T =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T; // same fields less the undefined ones

export const slims: fc.Arbitrary<Slim> = fc
  .record({
    uid: fc.uuid(),
    kind: fc.constantFrom('Pod', 'Deployment', 'Service'),
    apiVersion: fc.constantFrom('v1', 'apps/v1'),
    namespace: word,
    name: text,
    owner: maybe(fc.uuid()),
    labels: fc.dictionary(word, text, { maxKeys: 3 }).map((labels) => ({ ...labels })),
    links: fc.array(
      fc.record({ relation: fc.constant('mounts' as const), kind: fc.constant('ConfigMap'), name: word }),
      { maxLength: 2 },
    ),
    images: fc.array(word, { maxLength: 2 }),
    createdAt: instant,
    hostNetwork: fc.boolean(),
    addresses: fc.array(fc.ipV4(), { maxLength: 2 }),
    ports: maybe(fc.constant([{ protocol: 'tcp' as const, port: 80, node: 30_080 }])),
    node: maybe(word),
    ip: maybe(fc.ipV4()),
    phase: maybe(fc.constantFrom('Running', 'Pending')),
    wanted: maybe(few),
    ready: maybe(few),
    restarts: maybe(few),
    health: fc.constantFrom('well' as const, 'degraded' as const, 'broken' as const, 'unknown' as const),
    reasons: fc.array(text, { maxLength: 2 }),
    containers: fc.array(
      fc.record({ name: word, state: fc.constant('running' as const), ready: fc.boolean(), restarts: few }),
      { maxLength: 2 },
    ),
    startedAt: maybe(instant),
    deletingAt: maybe(instant),
    rv: few,
  })
  .map((slim) => whole(slim) as Slim); // `whole` only drops undefined

export const deltas: fc.Arbitrary<SlimDelta> = fc
  .record({ slim: slims, at: instant, gone: fc.boolean(), withStatic: fc.boolean() })
  .map(({ slim, at, gone, withStatic }) => ({
    uid: slim.uid,
    at,
    gone,
    ...(withStatic && !gone && { is: staticOf(slim) }),
    ...(!gone && { how: dynamicOf(slim) }),
  }));

export const revisions: fc.Arbitrary<Revision> = fc
  .record({
    uid: fc.uuid(),
    kind: word,
    apiVersion: fc.constant('v1'),
    namespace: word,
    name: text,
    owner: maybe(fc.uuid()),
    at: instant,
    rv: few,
    op: fc.constantFrom('add' as const, 'modify' as const, 'delete' as const),
    enc: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
    baseAt: maybe(instant),
    baseRv: maybe(few),
    body: fc.uint8Array({ maxLength: 40 }),
    inflated: few,
    diff: fc.array(
      fc.record({ path: text, op: fc.constant('replace' as const), before: jsonValue, after: jsonValue }),
      { maxLength: 2 },
    ),
    actor: maybe(word),
    reconstructed: maybe(word),
    createdAt: instant,
    goneAfter: maybe(instant),
  })
  .map((revision) => whole(revision) as Revision); // `whole` only drops undefined

export const events: fc.Arbitrary<ClusterEvent> = fc
  .record({
    uid: fc.uuid(),
    at: instant,
    firstAt: instant,
    count: few,
    type: fc.constantFrom('Normal', 'Warning'),
    reason: word,
    message: text,
    namespace: word,
    kind: word,
    name: text,
    objectUid: fc.uuid(),
    relatedKind: maybe(word),
    relatedName: maybe(text),
    source: word,
    node: maybe(word),
    series: maybe(few),
  })
  .map((event) => whole(event) as ClusterEvent); // `whole` only drops undefined

export const coverages: fc.Arbitrary<CoverageRecord> = fc
  .record({
    source: word,
    boot: word,
    epoch: few,
    sequence: few,
    signal: fc.constantFrom(...SIGNALS),
    kind: word,
    from: instant,
    coveredTo: instant,
    state: fc.constantFrom('watching' as const, 'gap' as const, 'stopped' as const),
    reason: maybe(text),
  })
  .map((record) => whole(record) as CoverageRecord); // `whole` only drops undefined
