import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { silentLog, systemClock } from '@mosaic/runtime';
import { type MetricSeries, readSeries } from '@mosaic/wire';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { PodOnNode, Pods } from '../ports.ts';
import { hostAt } from '../start.ts';
import { cgroupsOf, versionOf } from './cgroups.ts';
import { readExposition } from './exposition.ts';
import { trafficOf } from './machine.ts';
import { type Fetch, scrape, targetOf } from './scrape.ts';
import { usage } from './usage.ts';

const RECORDED = join(import.meta.dirname, '../../fixtures/recorded');
const ID = 'a'.repeat(64);
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mosaic-usage-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
};
const pod = (more: Partial<PodOnNode> = {}): PodOnNode => ({
  ...{ uid: 'u1', namespace: 'shop', name: 'cart-1', ips: ['10.0.0.7'], hostNetwork: false, annotations: {} },
  ...{ containers: [{ name: 'main', id: ID, restart: 3 }], ports: [8080] },
  ...more,
});
const podsOf = (pods: readonly PodOnNode[]): Pods => ({
  all: () => pods,
  byUid: (uid) => pods.find((one) => one.uid === uid),
  byContainer: (id) => pods.find(({ containers }) => containers.some((one) => one.id === id)),
});

async function sampled(at: string, pods: readonly PodOnNode[], fetchIt?: Fetch) {
  const series: MetricSeries[] = [];
  const covered: string[] = [];
  const uses = usage({
    ...{ host: hostAt(at), pods: podsOf(pods), node: 'n1', clock: systemClock, log: silentLog },
    ...(fetchIt && { fetch: fetchIt }),
    out: {
      send: async (parts, { body }) => {
        const read = readSeries(body ?? new Uint8Array(0));
        expect(parts).toMatchObject({ signal: 'metrics', count: read.length });
        series.push(...read);
      },
      cover: ({ state }) => covered.push(state),
    },
  });
  await uses.pass();
  const values = new Map(series.map(({ entity, metric, values: [value] }) => [`${entity} ${metric}`, value]));
  return { values, covered, stats: uses.stats() };
}

describe('usage', () => {
  it('reads cgroup v2 under systemd, and the traffic of the pod', async () => {
    const uid = 'pod0f2c_7b.slice';
    const own = `sys/fs/cgroup/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-${uid}/cri-containerd-${ID}.scope`;
    await write('sys/fs/cgroup/cgroup.controllers', 'cpu memory io');
    await write(`${own}/cpu.stat`, 'usage_usec 2500000\nnr_periods 40\nnr_throttled 4\nthrottled_usec 1500000\n');
    await write(`${own}/cpu.max`, '50000 100000\n');
    await write(`${own}/memory.current`, '104857600\n');
    await write(`${own}/memory.stat`, 'anon 1\ninactive_file 4857600\n');
    await write(`${own}/memory.max`, 'max\n');
    await write(`${own}/memory.events`, 'low 0\noom 2\noom_kill 1\n');
    await write(`${own}/io.stat`, '8:0 rbytes=100 wbytes=7 rios=1\n8:16 rbytes=23 wbytes=1\n');
    await write(`${own}/cpu.pressure`, 'some avg10=0.00 avg60=0.00 avg300=0.00 total=3000000\nfull avg10=0 total=1\n');
    await write(`${own}/cgroup.procs`, '4711\n4712\n');
    await write(
      'proc/4711/net/dev',
      'Inter-|\n face |\n    lo: 9 1 0 0 0 0 0 0 9 1\n  eth0: 1000 1 0 0 0 0 0 0 2000 1\n',
    );
    const { values, covered, stats } = await sampled(root, [pod()]);
    const of = (metric: string) => values.get(`Pod:shop:cart-1/main ${metric}`);
    expect([of('cpu_usage_seconds_total'), of('cpu_limit_cores'), of('cpu_cfs_throttled_seconds_total')]).toEqual([
      2.5, 0.5, 1.5,
    ]);
    expect([of('memory_working_set_bytes'), of('memory_limit_bytes'), of('oom_kills_total')]).toEqual([
      100_000_000,
      undefined,
      1,
    ]);
    expect([of('fs_reads_bytes_total'), of('fs_writes_bytes_total'), of('cpu_pressure_seconds_total')]).toEqual([
      123, 8, 3,
    ]);
    expect(of('restarts_total')).toBe(3);
    expect(values.get('Pod:shop:cart-1 network_transmit_bytes_total')).toBe(2000);
    expect([covered, stats.containers]).toEqual([['watching'], 1]);
  });

  it('reads the recorded machine with cgroup v1', async () => {
    const cgroup = join(RECORDED, 'sys/fs/cgroup');
    expect(await versionOf(cgroup)).toBe(1);
    const found = await cgroupsOf(cgroup, 1);
    expect(found.length).toBeGreaterThan(3);
    const id = found.find(({ path }) => path.includes('pod70849272'))?.id ?? '';
    const { values } = await sampled(RECORDED, [pod({ containers: [{ name: 'server', id, restart: 0 }] })]);
    expect(values.get('Pod:shop:cart-1/server cpu_usage_seconds_total')).toBeGreaterThan(0);
    expect(values.get('Pod:shop:cart-1/server memory_working_set_bytes')).toBeGreaterThan(100_000);
    expect(values.get('Node::n1 cpu_cores')).toBeGreaterThan(0);
    expect(values.get('Node::n1 memory_working_set_bytes')).toBeGreaterThan(0);
  });

  it('passes over what vanishes, and says when nothing can be read', async () => {
    await cp(join(RECORDED, 'sys'), join(root, 'sys'), { recursive: true });
    const cgroup = join(root, 'sys/fs/cgroup');
    for (const name of await readdir(cgroup)) if (name !== 'cpuacct') await rm(join(cgroup, name), { recursive: true });
    const [first] = await cgroupsOf(cgroup, 1);
    const { values, covered } = await sampled(root, [
      pod({ containers: [{ name: 'server', id: first?.id ?? '', restart: 0 }] }),
    ]);
    expect([...values.keys()].filter((name) => name.startsWith('Pod:shop:cart-1/server'))).toEqual([
      'Pod:shop:cart-1/server cpu_usage_seconds_total',
      'Pod:shop:cart-1/server restarts_total',
    ]);
    expect(covered).toEqual(['watching']);
  });
});

test.each([
  [{}, undefined],
  [{ 'prometheus.io/scrape': 'true' }, 'http://10.0.0.7:8080/metrics'],
  [
    {
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '9',
      'prometheus.io/path': 'x',
      'prometheus.io/scheme': 'https',
    },
    'https://10.0.0.7:9/x',
  ],
  [{ 'prometheus.io/scrape': 'true', 'prometheus.io/port': 'nine' }, undefined],
])('a pod annotated %j is scraped at %s', (annotations, url) => {
  expect(targetOf(pod({ annotations }))).toBe(url);
});

test('a scrape gives series of the pod; one that fails, hangs or never ends costs nobody else', async () => {
  const annotations = { 'prometheus.io/scrape': 'true' };
  const endless = new ReadableStream({ pull: (queue) => queue.enqueue(new Uint8Array(1 << 20)) });
  const fetchIt: Fetch = async (url, { signal }) => {
    if (url.includes('10.0.0.1')) return new Response('# TYPE up gauge\nup 1\nlost NaN\n');
    if (url.includes('10.0.0.2')) return new Response('no', { status: 500 });
    if (url.includes('10.0.0.3')) return new Response(endless);
    return new Promise((_, failed) => signal.addEventListener('abort', () => failed(new Error('too late'))));
  };
  const pods = [1, 2, 3, 4].map((n) => pod({ uid: `u${n}`, name: `p${n}`, ips: [`10.0.0.${n}`], annotations }));
  const { series, failures } = await scrape(pods, () => 7, fetchIt, 50);
  expect(series).toEqual([{ entity: 'Pod:shop:p1', metric: 'up', kind: 'gauge', labels: {}, at: [7], values: [1] }]);
  expect([...failures.keys()].sort()).toEqual(['shop/p2', 'shop/p3', 'shop/p4']);
  expect([...failures.values()].join()).toMatch(/answers 500.*more than \d+ bytes|more than \d+ bytes/);
});

test('the text format: types, escapes, infinities, timestamps, and what is none of it', () => {
  const text = [
    '# HELP http_requests_total Requests.',
    '# TYPE http_requests_total counter',
    'http_requests_total{method="post",path="a\\\\b\\"c\\nd"} 1027 1395066363000',
    'http_requests_total{method="get",} 3',
    '# TYPE took histogram',
    'took_bucket{le="+Inf"} 4',
    'took_sum 1.5e-3',
    'depth +Inf',
    '# TYPE q summary',
    'q{quantile="0.5"} 2',
    'this is no sample',
    'broken{label=x} 1',
    '',
  ].join('\n');
  const { samples, bad } = readExposition(text, 100);
  expect(samples.map(({ metric, kind, labels, value }) => [metric, kind, labels, value])).toEqual([
    ['http_requests_total', 'counter', { method: 'post', path: 'a\\b"c\nd' }, 1027],
    ['http_requests_total', 'counter', { method: 'get' }, 3],
    ['took_bucket', 'counter', { le: '+Inf' }, 4],
    ['took_sum', 'counter', {}, 0.0015],
    ['depth', 'gauge', {}, Number.POSITIVE_INFINITY],
    ['q', 'gauge', { quantile: '0.5' }, 2],
  ]);
  expect(bad).toBe(2);
  expect(readExposition('a 1\nb 2\nc 3\n', 2)).toMatchObject({ isCut: true });
});

test('traffic is that of all links but loopback', () => {
  expect(trafficOf('x|\n lo: 5 0 0 0 0 0 0 0 5 0\n a: 1 0 0 0 0 0 0 0 2 0\n b: 3 0 0 0 0 0 0 0 4 0\n')).toEqual({
    receivedBytes: 4,
    sentBytes: 6,
  });
  expect(trafficOf(undefined)).toBeUndefined();
});
