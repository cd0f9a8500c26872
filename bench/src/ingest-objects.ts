// `ingest-objects`: a first look at a cluster of 50 k objects, from the agent's first request until every object can be found and read.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterAgent } from '@mosaic/agent-cluster';
import { live } from '@mosaic/kat';
import { createReceiver } from '@mosaic/receiver';
import { makeKey, nodeCompression, silentLog } from '@mosaic/runtime';
import { embeddedStore, type Store } from '@mosaic/store';
import { inProcessTransport } from '@mosaic/transport';
import { type Bench, rounded } from './bench.ts';
import { LOAD_CLUSTER, playgroundProcess } from './playground-process.ts';

const OBJECTS = 50_000;
const GIVE_UP_MS = 300_000;

export const ingestObjects: Bench = {
  async run({ isQuick, tell, row }) {
    const objects = isQuick ? 5_000 : OBJECTS;
    tell(`starting a playground of ${objects} objects in a process of its own`);
    const world = await playgroundProcess({ objects, changesPerS: 0 });
    const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-ingest-'));
    const store = await embeddedStore({ folder: join(folder, 'store'), compression: nodeCompression });
    const transport = inProcessTransport();
    const receiver = createReceiver({ store, transport, compression: nodeCompression, log: silentLog });
    await receiver.start();
    const signer = makeKey();
    const { id } = await store.clusters.enrol({ name: LOAD_CLUSTER, kind: 'playground' });
    await store.clusters.addKey(id, { keyId: signer.keyId, publicKey: signer.publicKey });
    const source = live({ kubeconfig: world.kubeconfig, context: LOAD_CLUSTER });
    const memory = peakMemory();
    const agent = clusterAgent({
      source,
      cluster: { id, name: LOAD_CLUSTER },
      transport,
      signer,
      redactKey: signer.publicKey,
      dataDir: join(folder, 'agent'),
      compression: nodeCompression,
      log: silentLog,
      version: 'bench',
    });

    const began = performance.now();
    await agent.start();
    await agent.ready();
    const spooled = performance.now() - began;
    tell(`first look complete after ${rounded(spooled / 1000)} s`);
    const found = await searchable(store, id, objects);
    row({
      objects: found,
      seconds: rounded((performance.now() - began) / 1000),
      agent_seconds: rounded(spooled / 1000),
      peak_rss_mb: rounded(memory.stop() / 2 ** 20),
    });

    await agent.stop();
    await receiver.stop();
    await transport.close();
    await store.close();
    await world.stop();
    rmSync(folder, { recursive: true, force: true });
  },
};

/** In the state of now, and the last of them readable as a manifest. */
async function searchable(store: Store, cluster: number, objects: number): Promise<number> {
  const deadline = Date.now() + GIVE_UP_MS;
  for (;;) {
    const state = await store.state.at(cluster, Date.now());
    const last = [...state.objects.values()].at(-1);
    const revision = last && (await store.objects.at(cluster, last.uid, Date.now()));
    if (
      state.objects.size >= objects * 0.98 &&
      revision?.json !== undefined &&
      (await allNamed(store, cluster, state.objects.size))
    )
      return state.objects.size;
    if (Date.now() > deadline)
      throw new Error(`${state.objects.size} of ${objects} objects after ${GIVE_UP_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function allNamed(store: Store, cluster: number, wanted: number): Promise<boolean> {
  let named = 0;
  let cursor: string | undefined;
  do {
    const page = await store.objects.names(
      cluster,
      { from: 0, to: Date.now() },
      { limit: 1000, ...(cursor !== undefined && { cursor }) },
    );
    named += page.items.length;
    cursor = page.next;
  } while (cursor !== undefined);
  return named >= wanted;
}

function peakMemory(): { stop(): number } {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 50);
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}
