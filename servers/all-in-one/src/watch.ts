// An agent on one cluster, started and stopped with the process; its source answers pod logs too.

import { clusterAgent } from '@mosaic/agent-cluster';
import type { LiveSource } from '@mosaic/kat';
import type { Enrolled } from './enrol.ts';
import type { Road } from './road.ts';

/** Resolves when the first complete look is spooled. `reconstruct`: tell what objects prove of the time before. */
export async function watch(road: Road, source: LiveSource, as: Enrolled, reconstruct = false): Promise<void> {
  const { life, live, transport, compression, log, version } = road;
  const { cluster, signer, redactKey, folder: dataDir } = as;
  live.add(cluster.id, source);
  await life.start(
    `agent of ${cluster.name}`,
    async () => {
      const parts = { source, cluster, transport, signer, redactKey, dataDir, compression, log, version, reconstruct };
      const agent = clusterAgent(parts);
      await agent.start();
      await agent.ready();
      return agent;
    },
    (agent) => agent.stop(),
  );
}
