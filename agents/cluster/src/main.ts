// The entry of the cluster agent: dist/agent-cluster.mjs.

import { runProcess } from '@mosaic/runtime';
import { agentChecks, agentSettings } from './settings.ts';
import { startAgent } from './start.ts';

const VERSION = '0.1.0';

runProcess({
  name: 'agent cluster',
  version: VERSION,
  purpose: 'watches one cluster and sends what it sees',
  settings: agentSettings,
  checks: agentChecks,
  also: 'KUBECONFIG, as kubectl reads it',
  async start(settings, log) {
    const { url, stop } = await startAgent(settings, log, VERSION);
    return { stop, ready: { url } };
  },
});
