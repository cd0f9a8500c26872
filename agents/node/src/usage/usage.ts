// What every container, pod and the machine use, every fifteen seconds.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Log } from '@mosaic/runtime';
import { hourOf, type MetricSeries, writeSeries } from '@mosaic/wire';
import type { PodHealth } from '../connections/collector.ts';
import type { Host, Outgoing, PodOnNode, Pods } from '../ports.ts';
import { type Cgroup, cgroupsOf, v1Folder, versionOf } from './cgroups.ts';
import { figuresOfV1, figuresOfV2, readerAt } from './figures.ts';
import { machineFigures, trafficOf } from './machine.ts';
import { type Fetch, scrape } from './scrape.ts';
import { containerSeries, nodeSeries, podSeries } from './series.ts';
import { tcpSeries } from './tcp-series.ts';

export interface UsageOptions {
  readonly host: Host;
  readonly pods: Pods;
  readonly out: Outgoing;
  readonly node: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Deltas since it was last asked. */
  readonly tcpHealth?: () => Promise<readonly PodHealth[]>;
  readonly fetch?: Fetch;
}

export interface Usage {
  /** Samples on until `stop`. */
  start(): void;
  /** One sample of everything. Never rejects. */
  pass(): Promise<void>;
  stop(): Promise<void>;
  stats(): { readonly passMs: number; readonly containers: number; readonly series: number; readonly scraped: number };
}

export const SAMPLE_EVERY_MS = 15_000;
const V1_CONTROLLERS = ['cpuacct', 'cpu', 'memory', 'blkio', 'unified'];
/** Entities of one chunk: its header names them all. */
const MOST_ENTITIES = 1_000;
const READ_AT_ONCE = 16;

export function usage({ host, pods, out, node, clock, log, tcpHealth, fetch: fetchIt }: UsageOptions): Usage {
  const tcp = tcpSeries(pods, node);
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let machineBefore: { readonly at: number; readonly cpuSeconds: number } | undefined;
  let coveredFrom = clock.now();
  let failing: ReadonlyMap<string, string> = new Map();
  let stats = { passMs: 0, containers: 0, series: 0, scraped: 0 };

  const containers = async (): Promise<{ readonly series: MetricSeries[]; readonly count: number }> => {
    const version = await versionOf(host.cgroup);
    const folders = version === 1 ? await v1Folders(host.cgroup) : new Map<string, string>();
    const of = version === 1 ? figuresOfV1 : figuresOfV2;
    const seenPods = new Set<string>();
    const cgroups = await cgroupsOf(host.cgroup, version);
    const found = await eachOf(cgroups, async ({ id, path }) => {
      const pod = pods.byContainer(id);
      const container = pod?.containers.find((one) => one.id === id);
      if (pod === undefined || container === undefined) return [];
      const read = readerAt(host.cgroup, path, folders);
      const at = clock.now();
      const series = containerSeries(pod, container, await of(read), at);
      if (seenPods.has(pod.uid) || pod.hostNetwork) return series;
      seenPods.add(pod.uid);
      return [...series, ...(await traffic(pod, await read(version === 1 ? 'cpuacct' : '', 'cgroup.procs')))];
    });
    return { series: found.flat(), count: cgroups.length };
  };

  const traffic = async (pod: PodOnNode, procs: string | undefined): Promise<MetricSeries[]> => {
    const pid = procs?.split('\n', 1)[0];
    if (!pid) return [];
    const seen = trafficOf(await readFile(join(host.proc, pid, 'net/dev'), 'utf8').catch(() => undefined));
    return seen === undefined ? [] : podSeries(pod, seen, clock.now());
  };

  const machine = async (): Promise<MetricSeries[]> => {
    const at = clock.now();
    const figures = await machineFigures(host);
    const { cpuSeconds } = figures;
    const before = machineBefore;
    if (cpuSeconds !== undefined) machineBefore = { at, cpuSeconds };
    const cores =
      before === undefined || cpuSeconds === undefined || at <= before.at || cpuSeconds < before.cpuSeconds
        ? undefined
        : (cpuSeconds - before.cpuSeconds) / ((at - before.at) / 1000);
    return nodeSeries(node, figures, cores, at);
  };

  const scraped = async (): Promise<readonly MetricSeries[]> => {
    const { series, failures } = await scrape(pods.all(), clock.now, fetchIt);
    for (const [pod, reason] of failures) if (failing.get(pod) !== reason) log.info('pod not scraped', { pod, reason });
    failing = failures;
    return series;
  };

  const pass = async (): Promise<void> => {
    const began = performance.now();
    try {
      const health = async () => tcp.of((await tcpHealth?.()) ?? [], clock.now());
      const [own, all, others, links] = await Promise.all([machine(), containers(), scraped(), health()]);
      await send(out, [...own, ...all.series, ...others, ...links]);
      const series = own.length + all.series.length + others.length + links.length;
      stats = { passMs: performance.now() - began, containers: all.count, series, scraped: others.length };
      out.cover({ signal: 'metrics', from: coveredFrom, to: clock.now(), state: 'watching' });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.warn('usage not sampled', { reason });
      out.cover({ signal: 'metrics', from: coveredFrom, to: clock.now(), state: 'gap', reason });
    }
    coveredFrom = clock.now();
  };

  return {
    pass,
    start() {
      running = (async () => {
        while (!stopping.signal.aborted) {
          await pass();
          await clock.sleep(Math.max(0, SAMPLE_EVERY_MS - stats.passMs), stopping.signal);
        }
      })();
    },
    async stop() {
      stopping.abort();
      await running;
    },
    stats: () => stats,
  };
}

async function v1Folders(root: string): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(V1_CONTROLLERS.map(async (name) => [name, await v1Folder(root, name)] as const));
  return new Map(found.flatMap(([name, folder]) => (folder === undefined ? [] : [[name, folder]])));
}

/** Samples of one pass: chunks that stay in their UTC hour and name a bounded number of entities. */
async function send(out: Outgoing, all: readonly MetricSeries[]): Promise<void> {
  for (const series of Map.groupBy(all, ({ at }) => hourOf(at[0] ?? 0)).values()) {
    const byEntity = [...Map.groupBy(series, ({ entity }) => entity)];
    for (let i = 0; i < byEntity.length; i += MOST_ENTITIES) {
      const some = byEntity.slice(i, i + MOST_ENTITIES);
      const part = some.flatMap(([, its]) => its);
      const instants = part.map(({ at }) => at[0] ?? 0);
      const [t0, t1] = [Math.min(...instants), Math.max(...instants)];
      const metrics = { shape: 'wide' as const, step: SAMPLE_EVERY_MS, entities: some.map(([entity]) => entity) };
      await out.send({ signal: 'metrics', t0, t1, count: part.length, metrics }, { body: writeSeries(part) });
    }
  }
}

async function eachOf<T>(cgroups: readonly Cgroup[], work: (cgroup: Cgroup) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  for (let i = 0; i < cgroups.length; i += READ_AT_ONCE)
    done.push(...(await Promise.all(cgroups.slice(i, i + READ_AT_ONCE).map(work))));
  return done;
}
