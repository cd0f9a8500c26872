// `dev node`: a control plane and a node under it, until Ctrl-C.

import { copyFileSync } from 'node:fs';
import { devFile } from './cache.ts';
import { type Flags, portOf, say, seconds, under, untilInterrupted } from './commands.ts';
import { startControlPlane } from './control-plane.ts';
import { requireMachine } from './node/requirements.ts';
import { startNode } from './node.ts';

export async function runNode(flags: Flags): Promise<void> {
  requireMachine(); // before anything is started in vain
  const began = performance.now();
  const port = await portOf('api-port', flags['api-port']);
  const cluster = await startControlPlane({ own: true, port, told: say, ...under(flags.folder, 'kubernetes') });
  const kubeconfig = flags.kubeconfig ?? cluster.kubeconfigPath;
  if (flags.kubeconfig) copyFileSync(cluster.kubeconfigPath, flags.kubeconfig);
  try {
    const node = await startNode({ cluster, told: say });
    say(`ready in ${seconds(began)} s at ${cluster.url}; node ${node.name} at ${node.address}`);
    say(`export KUBECONFIG=${kubeconfig}`);
    say(`kubectl apply -f ${devFile('node', 'shop.yaml')}   # pods to look at`);
    await untilInterrupted();
    await node.stop();
  } finally {
    await cluster.stop();
  }
}
