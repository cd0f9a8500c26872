// `agent-cluster`: what watching a cluster of 15 k objects at 100 changes/s costs, and how long a change takes from the API server to the store.
// The playground and the agent are processes of their own; Kafka is the real one; the receiver and the embedded store run here.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka } from '@mosaic/dev';
import { createReceiver } from '@mosaic/receiver';
import { keyAt, nodeCompression, silentLog } from '@mosaic/runtime';
import { embeddedStore, type Store } from '@mosaic/store';
import { kafkaTransport } from '@mosaic/transport';
import { type Bench, type BenchContext, quantile, rounded } from './bench.ts';
import { LOAD_CLUSTER, type PlaygroundProcess, playgroundProcess } from './playground-process.ts';
import { cpuSeconds, residentBytes } from './process-cost.ts';

const OBJECTS = 15_000;
const CHANGES_PER_S = 100;
const PROBES = 120;
const PROBE_EVERY_MS = 500;
/** Between the first look and the measurement: start-up's garbage is not what watching costs. */
const SETTLE_MS = 20_000;

export const agentCluster: Bench = {
  async run(context) {
    const { isQuick, tell, row } = context;
    const [world, kafka] = await Promise.all([
      playgroundProcess({ objects: isQuick ? 1_500 : OBJECTS, changesPerS: CHANGES_PER_S }),
      startKafka({ told: tell }),
    ]);
    const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-agent-'));
    const inner = await embeddedStore({ folder: join(folder, 'store'), compression: nodeCompression });
    const arrivals = new Map<string, number>();
    const store = noting(inner, arrivals);
    const transport = kafkaTransport({ brokers: kafka.brokers.split(','), clientId: 'bench-receiver' });
    const receiver = createReceiver({ store, transport, compression: nodeCompression, log: silentLog });
    await receiver.start();
    const { id } = await store.clusters.enrol({ name: LOAD_CLUSTER, kind: 'playground' });
    const keyFile = join(folder, 'key.pem');
    const { keyId, publicKey } = await keyAt(keyFile);
    await store.clusters.addKey(id, { keyId, publicKey });
    const agent = spawn(process.execPath, ['--max-semi-space-size=4', join(import.meta.dirname, 'agent-cluster.mjs')], {
      env: { ...process.env, ...agentEnvironment(world, kafka.brokers, id, keyFile, join(folder, 'agent')) },
      stdio: ['ignore', 2, 2],
    });
    try {
      const { pid } = agent;
      if (pid === undefined) throw new Error('the agent did not start');
      const objects = await firstLook(context, inner, id, isQuick ? 1_500 : OBJECTS);
      await pause(isQuick ? 2_000 : SETTLE_MS);
      row({ objects, changes_per_s: CHANGES_PER_S, ...(await watched(world, pid, arrivals, isQuick ? 10 : PROBES)) });
    } finally {
      agent.kill('SIGTERM');
      await receiver.stop();
      await transport.close();
      await inner.close();
      await Promise.all([kafka.stop(), world.stop()]);
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const agentEnvironment = (
  world: PlaygroundProcess,
  brokers: string,
  id: number,
  keyFile: string,
  folder: string,
): Record<string, string> => ({
  KUBECONFIG: world.kubeconfig,
  MOSAIC_CLUSTERS: LOAD_CLUSTER,
  MOSAIC_CLUSTER_ID: String(id),
  MOSAIC_CLUSTER_NAME: LOAD_CLUSTER,
  MOSAIC_AGENT_KEY: keyFile,
  MOSAIC_DATA: folder,
  TRANSPORT: 'kafka',
  KAFKA_BROKERS: brokers,
  PORT: '0',
  LOG_LEVEL: 'warn',
});

/** The store, noting when each revision of a probe was committed. */
function noting(store: Store, arrivals: Map<string, number>): Store {
  return {
    ...store,
    objects: {
      ...store.objects,
      async write(cluster, revisions, receivedAt) {
        await store.objects.write(cluster, revisions, receivedAt);
        for (const { name, rv } of revisions)
          if (name.startsWith('probe')) arrivals.set(`${name}/${rv}`, performance.now());
      },
    },
  };
}

async function firstLook({ tell }: BenchContext, store: Store, cluster: number, wanted: number): Promise<number> {
  for (let waited = 0; waited < 600; waited++) {
    const { objects } = await store.state.at(cluster, Date.now());
    if (objects.size >= wanted * 0.98) {
      tell(`the first look is in the store: ${objects.size} objects`);
      return objects.size;
    }
    await pause(500);
  }
  throw new Error('the first look did not arrive within five minutes');
}

/** While the load runs on, a ConfigMap is written every half second: from the API server's answer until its revision is committed. */
async function watched(world: PlaygroundProcess, pid: number, arrivals: ReadonlyMap<string, number>, probes: number) {
  const sent: { readonly key: string; readonly at: number }[] = [];
  const before = cpuSeconds(pid);
  const began = performance.now();
  let rss = 0;
  for (let i = 0; i < probes; i++) {
    sent.push(await probe(world.url, i));
    rss = Math.max(rss, residentBytes(pid));
    await pause(PROBE_EVERY_MS);
  }
  const cores = (cpuSeconds(pid) - before) / ((performance.now() - began) / 1000);
  await pause(5_000);
  const lags = sent.flatMap(({ key, at }) => {
    const arrived = arrivals.get(key);
    return arrived === undefined ? [] : [arrived - at];
  });
  return {
    rss_mb: rounded(rss / 2 ** 20),
    cpu_cores: rounded(cores, 3),
    lag_p50_ms: Math.round(quantile(lags, 0.5)),
    lag_p99_ms: Math.round(quantile(lags, 0.99)),
    probes: sent.length,
    lost: sent.length - lags.length,
  };
}

async function probe(url: string, i: number): Promise<{ key: string; at: number }> {
  const name = `probe-${process.pid}`;
  const path = `${url}/api/v1/namespaces/default/configmaps`;
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { n: String(i) } });
  const headers = { 'content-type': i === 0 ? 'application/json' : 'application/merge-patch+json' };
  const response = await fetch(i === 0 ? path : `${path}/${name}`, {
    method: i === 0 ? 'POST' : 'PATCH',
    headers,
    body,
  });
  const at = performance.now();
  if (!response.ok) throw new Error(`the probe was refused: ${response.status} ${await response.text()}`);
  const { metadata } = (await response.json()) as { metadata: { resourceVersion: string } }; // what the Kubernetes API answers
  return { key: `${name}/${metadata.resourceVersion}`, at };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
