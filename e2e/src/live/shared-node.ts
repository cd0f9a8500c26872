// The one real node of a live run, with a control plane of its own: started when a test first asks for it.

import { type ClusterNode, type ControlPlane, startControlPlane, startNode } from '@mosaic/dev';

type Told = (line: string) => void;

/** What `POST /node/start` answers, as JSON. */
export interface SharedNode {
  /** The admin's. */
  readonly kubeconfig: string;
  /** Of a user who may read what a careful operator grants. */
  readonly reader: string;
  readonly name: string;
  /** Its InternalIP. */
  readonly address: string;
}

interface Running {
  readonly cluster: ControlPlane;
  readonly node: ClusterNode;
}

export interface NodeDoor {
  start(): Promise<string>;
  /** Nothing when it was not started; a later `start` makes a new one. */
  stop(): Promise<void>;
}

export function nodeDoor(reader: (cluster: ControlPlane) => Promise<string>, told: Told): NodeDoor {
  let running: Promise<Running> | undefined;
  return {
    async start() {
      running ??= startBoth(told);
      running.catch(() => {
        running = undefined;
      });
      const { cluster, node } = await running;
      const { name, address } = node;
      const answer: SharedNode = { kubeconfig: cluster.kubeconfigPath, reader: await reader(cluster), name, address };
      return JSON.stringify(answer);
    },
    async stop() {
      const both = await running?.catch(() => undefined);
      running = undefined;
      await both?.node.stop();
      await both?.cluster.stop();
    },
  };
}

async function startBoth(told: Told): Promise<Running> {
  const cluster = await startControlPlane({ own: true, name: 'mosaic-node', told });
  try {
    return { cluster, node: await startNode({ cluster, told }) };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}
