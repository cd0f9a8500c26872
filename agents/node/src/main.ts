// The entry of the node agent: dist/agent-node.mjs.

import { runProcess } from '@mosaic/runtime';
import { nodeChecks, nodeSettings } from './settings.ts';
import { startNodeAgent } from './start.ts';

const VERSION = '0.1.0';

runProcess({
  name: 'agent node',
  version: VERSION,
  purpose: 'reads one machine’s container logs, connections and usage, and sends them',
  settings: nodeSettings,
  checks: nodeChecks,
  also: 'KUBECONFIG, as kubectl reads it',
  async start(settings, log) {
    const { url, stop } = await startNodeAgent(settings, log, VERSION);
    return { stop, ready: { url } };
  },
});
