// When a node of the watched cluster is this very machine (k3s, kubeadm, dev:node), its logs, connections and usage are read too.

import { access, constants } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { hostAt, nodeAgent } from '@mosaic/agent-node';
import { type LiveSource, type Manifest, type ResourceType, recordsAt, textAt } from '@mosaic/kat';
import type { Enrolled } from './enrol.ts';
import type { Road } from './road.ts';

const NODES: ResourceType = {
  ...{ group: '', version: 'v1', kind: 'Node', resource: 'nodes', namespaced: false, verbs: ['list'] },
};
const ROOT = '/';

/** Answers the node's name when it is watched from here; undefined when no node is this machine, or it may not be read. */
export async function watchLocalNode(road: Road, source: LiveSource, as: Enrolled): Promise<string | undefined> {
  const { life, transport, compression, log, version } = road;
  const node = await localNode(source);
  if (node === undefined) return undefined;
  const host = hostAt(ROOT);
  if (!(await isReadable(join(host.log, 'pods'))) || !(await isReadable(join(host.proc, '1/net/tcp')))) {
    log.notice('this machine is a node of the cluster, but its logs and processes may not be read; root may', { node });
    return undefined;
  }
  await life.start(
    `node agent of ${node}`,
    async () => {
      // In one process the cluster's own key signs: nobody needs to certify another.
      const agent = nodeAgent({
        ...{ cluster: as.cluster.id, node, host, source, transport, compression, log, version },
        signer: as.signer,
        dataDir: join(as.folder, 'node-agent'),
      });
      await agent.start();
      return agent;
    },
    (agent) => agent.stop(),
  );
  return node;
}

async function localNode(source: LiveSource): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  const own = new Set(
    Object.values(networkInterfaces()).flatMap((all) =>
      (all ?? []).filter(({ internal }) => !internal).map(({ address }) => address),
    ),
  );
  const nodes = await source.list(NODES).catch(() => undefined); // not allowed to list nodes: then none is known to be this machine
  return nodes?.items.find((node) => addressesOf(node).some((address) => own.has(address)))?.metadata.name;
}

const addressesOf = (node: Manifest): string[] =>
  recordsAt(node, 'status', 'addresses')
    .filter((one) => textAt(one, 'type') === 'InternalIP')
    .flatMap((one) => textAt(one, 'address') ?? []);

const isReadable = (path: string): Promise<boolean> =>
  access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
