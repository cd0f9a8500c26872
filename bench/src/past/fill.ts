// A day of a cluster of load, lived through fast: the playground's own world, the agent's own recorder, the receiver, the embedded store.

import { randomBytes } from 'node:crypto';
import { recorder } from '@mosaic/agent-cluster';
import type { Manifest } from '@mosaic/kat';
import { loadCluster, tellPast } from '@mosaic/playground';
import { createReceiver, RECEIVER_GROUP } from '@mosaic/receiver';
import { makeKey, nodeCompression, silentLog } from '@mosaic/runtime';
import { embeddedStore } from '@mosaic/store';
import { inProcessTransport, TOPICS, type Transport } from '@mosaic/transport';
import { LOAD_CLUSTER } from '../playground-process.ts';

export interface Filled {
  readonly cluster: string;
  readonly from: number;
  readonly to: number;
  readonly objects: number;
  readonly revisions: number;
}

export interface FillOptions {
  readonly folder: string;
  readonly objects: number;
  readonly hours: number;
  readonly changesPerS: number;
  readonly tell: (line: string) => void;
}

/** Nobody tails it: fewer, larger chunks of the same records, as `npm start` writes the playground's past. */
const LIMITS = {
  ...{ objectsEveryMs: 300_000, stateEveryMs: 300_000, eventsEveryMs: 300_000, coverageEveryMs: 300_000 },
  checkpointEveryMs: 1_800_000,
};
const HOUR_MS = 3_600_000;
const FILED = [TOPICS.objects, TOPICS.state, TOPICS.events, TOPICS.coverage];

export async function fill({ folder, objects, hours, changesPerS, tell }: FillOptions): Promise<Filled> {
  const store = await embeddedStore({ folder, compression: nodeCompression });
  const transport = inProcessTransport();
  const receiver = createReceiver({ store, transport, compression: nodeCompression, log: silentLog });
  await receiver.start();
  const signer = makeKey();
  const { id } = await store.clusters.enrol({ name: LOAD_CLUSTER, kind: 'playground', version: 'v1.34.1' });
  await store.clusters.addKey(id, { keyId: signer.keyId, publicKey: signer.publicKey });
  const now = Date.now();
  const from = now - hours * HOUR_MS;
  const load = loadCluster({ name: LOAD_CLUSTER, seed: 1, at: from, objects, changesPerS });
  const past = recorder({
    ...{ cluster: id, source: 'cluster-agent', boot: randomBytes(8).toString('hex'), epoch: 1 },
    ...{
      compression: nodeCompression,
      signer,
      redactKey: signer.publicKey,
      limits: LIMITS,
      sealedAt: () => Date.now(),
    },
    publish: (topic, chunk) => transport.publish(topic, [{ key: String(id), value: chunk.bytes }]),
  });
  await tellPast(
    load,
    now,
    {
      ...past,
      observe: ({ op, object, at }) => past.observe({ op, object: object as Manifest, at }), // two packages' words for the same JSON
      event: (object, at) => past.event(object as Manifest, at), // as above
    },
    progress(tell),
  );
  const to = load.now();
  await settled(transport);
  const stats = past.stats();
  await receiver.stop();
  await transport.close();
  await store.close();
  return { cluster: LOAD_CLUSTER, from, to, objects: stats.objects, revisions: stats.revisions };
}

function progress(tell: (line: string) => void): (share: number) => void {
  let told = 0;
  return (share) => {
    if (share < told + 0.25) return;
    told = share;
    tell(`${Math.round(share * 100)} % of the past`);
  };
}

async function settled(transport: Transport): Promise<void> {
  for (;;) {
    const lag = await transport.lag(RECEIVER_GROUP, FILED);
    if (Object.values(lag).every((behind) => behind === 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
