// Real clusters: one agent per context, read-only. What they were before the first start is only what their objects prove.

import { type LiveSource, live } from '@mosaic/kat';
import type { Choice } from './choice.ts';
import { enrol } from './enrol.ts';
import { watchLocalNode } from './local-node.ts';
import type { Road } from './road.ts';
import { watch } from './watch.ts';

type Contexts = Extract<Choice, { kind: 'kubernetes' }>;

export async function watchContexts(road: Road, { contexts, inCluster }: Contexts): Promise<readonly string[]> {
  const names = inCluster ? ['in-cluster'] : contexts;
  const nodes: string[] = [];
  for (const name of names) {
    const node = await enrolAndWatch(road, name, live(inCluster ? { inCluster } : { context: name }));
    if (node !== undefined) nodes.push(node);
  }
  return nodes.length > 0
    ? [`Watched from now on: objects and events; logs, connections and usage of this machine, ${nodes.join(', ')}.`]
    : [
        'Watched from now on: objects and events. Pod logs are read on demand.',
        'Not watched yet: stored logs, connections and usage; they come with the node agent.',
      ];
}

async function enrolAndWatch(road: Road, name: string, source: LiveSource): Promise<string | undefined> {
  const [{ gitVersion }, uid] = await Promise.all([source.version(), source.kubeSystemUid()]);
  const as = await enrol(road, { name, kind: 'kubernetes', version: gitVersion, ...(uid !== undefined && { uid }) });
  const isNew = (await road.store.state.extent(as.cluster.id)) === undefined;
  await watch(road, source, as, isNew);
  return watchLocalNode(road, source, as);
}
