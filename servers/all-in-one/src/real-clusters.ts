// Real clusters: one agent per context, read-only. What they were before the first start is only what their objects prove.

import { clusterAgent } from '@mosaic/agent-cluster';
import { type LiveSource, live } from '@mosaic/kat';
import type { Choice } from './choice.ts';
import { enrol } from './enrol.ts';
import type { Road } from './road.ts';

type Contexts = Extract<Choice, { kind: 'kubernetes' }>;

export async function watchContexts(road: Road, { contexts, inCluster }: Contexts): Promise<readonly string[]> {
  const names = inCluster ? ['in-cluster'] : contexts;
  for (const name of names) {
    await watch(road, name, live(inCluster ? { inCluster } : { context: name }));
  }
  return [
    'Watched from now on: objects and events. Pod logs are read on demand.',
    'Not watched yet: stored logs, connections and usage; they come with the node agent.',
  ];
}

async function watch(road: Road, name: string, source: LiveSource): Promise<void> {
  const { life, store, transport, compression, log, version } = road;
  const [{ gitVersion }, uid] = await Promise.all([source.version(), source.kubeSystemUid()]);
  const as = await enrol(road, { name, kind: 'kubernetes', version: gitVersion, ...(uid !== undefined && { uid }) });
  road.live.add(as.cluster.id, source);
  const isNew = (await store.state.extent(as.cluster.id)) === undefined;
  await life.start(
    `agent of ${name}`,
    async () => {
      const agent = clusterAgent({
        source,
        cluster: as.cluster,
        transport,
        signer: as.signer,
        redactKey: as.redactKey,
        dataDir: as.folder,
        compression,
        log,
        version,
        reconstruct: isNew,
      });
      await agent.start();
      await agent.ready();
      return agent;
    },
    (agent) => agent.stop(),
  );
}
