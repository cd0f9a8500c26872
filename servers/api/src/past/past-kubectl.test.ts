// What the real kubectl makes of the past: the words an operator types, at a moment of a written history.

import { type Kubectl, kubectlAt, kubectlIsHere } from '@mosaic/apiserver/testing';
import { nodeCompression } from '@mosaic/runtime';
import { type MetricSeries, type SentLine, sealChunk, sealLogs, writeSeries } from '@mosaic/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asked, apiOver, at, emptyWorld, event, iso, NOW, slim, uidOf, type World } from '../testing.ts';
import { recorded, type Step, type Written } from './testing.ts';

const SINCE = at(120);
const THEN = at(30);
const POD = uidOf(7_001);

const meta = (name: string, uid: string, born: number, namespace?: string): Written['metadata'] => ({
  ...{ name, uid, creationTimestamp: iso(born).replace('.000', '') },
  ...(namespace !== undefined && { namespace }),
});
const pod = (phase: string): Written => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { ...meta('web-1', POD, at(90), 'default'), labels: { app: 'web' } },
  spec: { containers: [{ name: 'main', image: 'web:1' }], nodeName: 'n1' },
  status: {
    phase,
    containerStatuses: [{ name: 'main', ready: phase === 'Running', restartCount: 1, state: { running: {} } }],
  },
});
const HISTORY: readonly Step[] = [
  {
    ...{ at: at(100), uid: uidOf(7_002), rv: 1 },
    object: {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: meta('default', uidOf(7_002), at(100)),
      status: { phase: 'Active' },
    },
  },
  {
    ...{ at: at(99), uid: uidOf(7_003), rv: 2 },
    object: {
      ...{ apiVersion: 'v1', kind: 'Node', metadata: meta('n1', uidOf(7_003), at(99)) },
      status: { allocatable: { cpu: '4', memory: '8Gi' } },
    },
  },
  { at: at(90), uid: POD, rv: 3, object: pod('Pending') },
  { at: at(80), uid: POD, rv: 4, object: pod('Running') },
  { at: at(28), uid: POD, rv: 5, object: pod('Failed') },
  { at: at(27), uid: POD, rv: 6 },
];

const line = (ms: number, text: string, restart: number): SentLine => ({
  stream: { namespace: 'default', pod: 'web-1', podUid: POD, container: 'main', restart, node: 'n1' },
  ...{ channel: 'stdout', at: ms, nanos: 7, text },
});
const sample = (
  entity: string,
  metric: string,
  kind: MetricSeries['kind'],
  values: readonly number[],
): MetricSeries => ({
  ...{ entity, metric, kind, labels: {}, values },
  at: values.map((_, i) => THEN - (values.length - i) * 15_000),
});

async function signals({ store, cluster, key }: World): Promise<void> {
  const head = { cluster, source: 'node n1', boot: 'b', epoch: 0, sealedAt: NOW };
  const lines = [
    line(at(70), 'the life before', 0),
    line(at(60), 'first', 1),
    line(at(40), 'second', 1),
    line(at(31), 'third', 1),
    line(at(29), 'not yet said', 1),
  ];
  for (const chunk of sealLogs(lines, { ...head, seq: 1 }, nodeCompression, key)) await store.logs.file(chunk, NOW);
  const series = [
    sample('Pod:default:web-1/main', 'cpu_usage_seconds_total', 'counter', [10, 13]),
    sample('Pod:default:web-1/main', 'memory_working_set_bytes', 'gauge', [1, 64 * 2 ** 20]),
    sample('Node::n1', 'cpu_usage_cores', 'gauge', [1, 1]),
    sample('Node::n1', 'memory_working_set_bytes', 'gauge', [1, 2 ** 30]),
  ];
  const entities = [...new Set(series.map(({ entity }) => entity))];
  const metrics = { shape: 'wide' as const, step: 15_000, entities };
  const header = {
    ...head,
    signal: 'metrics' as const,
    seq: 2,
    t0: THEN - 60_000,
    t1: THEN,
    count: series.length,
    metrics,
  };
  await store.metrics.file(sealChunk({ header, body: writeSeries(series) }, nodeCompression, key), NOW);
  const about = slim({ kind: 'Pod', name: 'web-1', namespace: 'default', uid: POD });
  await store.events.write(
    cluster,
    [
      event(about, 1, at(35), { count: 2, message: 'back-off twice' }),
      event(about, 1, at(33), { count: 3, message: 'back-off thrice' }),
      event(about, 2, at(20), { message: 'of later' }),
      event(about, 3, at(100), { message: 'forgotten after an hour' }),
    ],
    NOW,
  );
}

describe.runIf(kubectlIsHere)('the real kubectl at a past moment', () => {
  let world: World;
  let asked: Asked;
  let kubectl: Kubectl;
  const opened: Kubectl[] = [];
  const openAt = async (path: string): Promise<Kubectl> => {
    const made = await kubectlAt(`${asked.url}${path}`);
    opened.push(made);
    return made;
  };

  beforeAll(async () => {
    world = await emptyWorld();
    await recorded(world, SINCE, HISTORY);
    await signals(world);
    asked = await apiOver(world);
    kubectl = await openAt(`/at/${iso(THEN)}/eu-1`);
  });
  afterAll(async () => {
    await Promise.all(opened.map((one) => one.close()));
    await asked.api.close();
  });

  it('lists what is deleted by now, its age counted from then', async () => {
    const { out, err } = await kubectl.run(['get', 'pods', '-A']);
    expect(out).toMatch(/default +web-1 +1\/1 +Running +1 +60m/);
    expect(err).toBe('');
  });

  it('gets, describes and selects', async () => {
    const [json, phase, described, none] = await Promise.all([
      kubectl.ask('get pod web-1 -o json'),
      kubectl.ask('get pods -l app=web -o jsonpath={.items[*].status.phase}'),
      kubectl.ask('describe pod web-1'),
      kubectl.ask('get pods --field-selector status.phase=Failed -o name'),
    ]);
    expect(JSON.parse(json)).toEqual({ ...pod('Running'), metadata: { ...pod('').metadata, resourceVersion: '4' } });
    expect([phase, none]).toEqual(['Running', '']);
    expect(described).toContain('back-off thrice');
    expect(described).not.toContain('of later');
  });

  it('lists the events of the hour before, each as last told by then', async () => {
    const out = await kubectl.ask('get events');
    expect(out).toMatch(/3m +Warning +BackOff +pod\/web-1 +back-off thrice/);
    expect(out).not.toMatch(/twice|of later|forgotten/);
  });

  it('reads the lines up to then, and those of the life before', async () => {
    const [all, tail, since, previous, stamped] = await Promise.all([
      kubectl.ask('logs web-1'),
      kubectl.ask('logs web-1 --tail 1'),
      kubectl.ask('logs web-1 --since 20m'),
      kubectl.ask('logs web-1 --previous'),
      kubectl.ask('logs web-1 --tail 1 --timestamps'),
    ]);
    expect([all, tail, since]).toEqual(['first\nsecond\nthird\n', 'third\n', 'second\nthird\n']);
    expect(previous).toBe('the life before\n');
    expect(stamped).toBe(`${iso(at(31)).replace('Z', '000007Z')} third\n`);
  });

  it('tops', async () => {
    const [pods, nodes] = await Promise.all([kubectl.ask('top pods'), kubectl.ask('top nodes')]);
    expect(pods).toMatch(/web-1 +200m +64Mi/);
    expect(nodes).toMatch(/n1 +1000m +25% +1024Mi +12%/);
  });

  it('replays what happened then while it watches, and what is long over by now', async () => {
    const watching = await openAt(`/at/${iso(THEN)};speed=600/eu-1`);
    const seen = watching.run(['get', 'pods', '-w', '--output-watch-events', '--request-timeout=3s']);
    const ticking = setInterval(() => {
      world.clock.now += 100;
    }, 100);
    const { out } = await seen;
    clearInterval(ticking);
    world.clock.now = NOW;
    expect(out).toMatch(/ADDED +web-1 +1\/1 +Running[\s\S]*MODIFIED +web-1 +0\/1 +Failed[\s\S]*DELETED +web-1/);
  }, 20_000);

  it.each([
    'delete pod web-1',
    'annotate node n1 a=b',
    'label pod web-1 a=b',
    'create configmap x',
    'drain n1 --force',
    'exec web-1 -- ls',
    'cordon n1',
  ])('refuses %s with the reason', async (words) => {
    const { out, err } = await kubectl.run(words.split(' '));
    expect(out + err).toContain('this is the past: eu-1 as it was at');
  });

  it('says that nothing may be changed', async () => {
    const { out } = await kubectl.run(['auth', 'can-i', 'delete', 'pods']);
    expect(out).toContain('no');
    expect(await kubectl.ask('auth can-i list pods')).toBe('yes\n');
  });
});
