// The simulated clusters: a day of past at the first start, then an agent on each, over HTTP like on any cluster.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { recorder } from '@mosaic/agent-cluster';
import { live, type Manifest } from '@mosaic/kat';
import { type PlaygroundCluster, playground } from '@mosaic/playground';
import { RECEIVER_GROUP } from '@mosaic/receiver';
import { TOPICS } from '@mosaic/transport';
import { type Enrolled, enrol } from './enrol.ts';
import { liveSignals, pastSignals } from './playground-signals.ts';
import type { Road } from './road.ts';
import { watch } from './watch.ts';

const KUBECONFIG_NAME = 'playground.kubeconfig';
const PAST_TOPICS = [
  ...[TOPICS.objects, TOPICS.state, TOPICS.events, TOPICS.coverage],
  ...[TOPICS.logs, TOPICS.connections, TOPICS.metrics],
];
/** The simulated past is the first epoch; the living agent takes a later one. */
const PAST_EPOCH = 1;
/** Nobody tails a simulated past: fewer, larger chunks of the same records, a quarter of the signatures. */
const PAST_LIMITS = {
  objectsEveryMs: 300_000,
  stateEveryMs: 300_000,
  eventsEveryMs: 300_000,
  coverageEveryMs: 300_000,
  checkpointEveryMs: 1_800_000,
};
/** Of the progress shown; the rest is filing what was told. */
const PAST_SHARE = 0.95;

/** Resolves when the past is written and an agent watches each cluster. Returns lines worth telling. */
export async function startPlayground(road: Road, url: string): Promise<readonly string[]> {
  const { settings, life, log } = road;
  const isKept = settings.STORE !== 'memory';
  const world = await life.start('playground', () =>
    playground({
      seed: settings.PLAYGROUND_SEED,
      historyHours: settings.PLAYGROUND_HISTORY_H,
      ...(settings.PLAYGROUND_OBJECTS !== undefined && { objects: settings.PLAYGROUND_OBJECTS }),
      ...(settings.PLAYGROUND_CHANGES_PER_S > 0 && { changesPerS: settings.PLAYGROUND_CHANGES_PER_S }),
      ...(isKept && { stateDir: join(settings.MOSAIC_DATA, 'playground') }),
      kubeconfigPath: join(settings.MOSAIC_DATA, KUBECONFIG_NAME),
      log,
    }),
  );
  const enrolled = await Promise.all(
    world.clusters.map(({ name, kubeSystemUid }) => enrol(road, { name, kind: 'playground', uid: kubeSystemUid })),
  );
  const pairs = world.clusters.map((cluster, i) => ({ cluster, as: enrolled[i] as Enrolled })); // one was enrolled for each
  if (world.isFresh) {
    const step = `${settings.PLAYGROUND_HISTORY_H} h of past`;
    road.teller.line(`  writing ${step}; ${url.replace('127.0.0.1', 'localhost')} shows how far it is`);
    const untold = road.teller.share(step, () => road.progress.overall());
    await life.start(step, () => backfill(road, pairs).finally(untold));
  }
  await life.start(
    'living clusters',
    () => world.start(),
    () => world.stop(),
  );
  const kubeconfig = join(settings.MOSAIC_DATA, KUBECONFIG_NAME);
  for (const { cluster, as } of pairs) {
    await watch(road, live({ kubeconfig, context: cluster.name }), as);
    await liveSignals(road, cluster, as);
  }
  return [`kubectl --kubeconfig ${kubeconfig} --context ${world.clusters[0]?.name} get pods -A`];
}

interface Pair {
  readonly cluster: PlaygroundCluster;
  readonly as: Enrolled;
}

/** The agent's own recorder, driven by the simulated clock. Done when the receiver has filed everything. */
async function backfill(road: Road, pairs: readonly Pair[]): Promise<void> {
  const { transport, compression, progress } = road;
  for (const { as } of pairs) progress.set(as.cluster.id, 0);
  for (const { cluster, as } of pairs) {
    const { id } = as.cluster;
    const past = recorder({
      cluster: id,
      source: 'cluster-agent',
      boot: randomBytes(8).toString('hex'),
      epoch: PAST_EPOCH,
      compression,
      signer: as.signer,
      redactKey: as.redactKey,
      publish: (topic, chunk) => transport.publish(topic, [{ key: String(id), value: chunk.bytes }]),
      sealedAt: () => Date.now(),
      limits: PAST_LIMITS,
    });
    const signals = pastSignals(road, cluster, as, Date.now);
    await cluster.backfill(
      {
        ...past,
        async tick(at) {
          await past.tick(at);
          await signals.tick(at);
        },
        async flush(at) {
          await past.flush(at);
          await signals.flush(at);
        },
        observe: ({ op, object, at }) => past.observe({ op, object: object as Manifest, at }), // a KubeObject is a manifest: two packages' words for the same JSON
        event: (object, at) => past.event(object as Manifest, at), // as above
      },
      (share) => progress.set(id, share * PAST_SHARE),
    );
  }
  await caughtUp(transport);
  for (const { as } of pairs) progress.set(as.cluster.id, 1);
}

async function caughtUp(transport: Road['transport']): Promise<void> {
  for (;;) {
    const lag = await transport.lag(RECEIVER_GROUP, PAST_TOPICS);
    if (Object.values(lag).every((behind) => behind === 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
