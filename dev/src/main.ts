// The commands of dev/.

import { parseArgs } from 'node:util';
import { CONTROL_PLANE_PORT, listenForInterrupts, runCluster, runInstall, runServices, say } from './commands.ts';
import { sweepNode } from './node/claim.ts';
import { whyNoNode } from './node/requirements.ts';
import { runNode } from './node-command.ts';
import { sweep } from './pid-files.ts';

const HELP = `Real services for development, from package registries. Everything listens on loopback and is stopped by Ctrl-C.

  services     Kafka and Cassandra             (npm run dev:services)
  cluster      a Kubernetes control plane      (npm run dev:cluster)
  node         that, with a real node and real pods; needs Linux and root   (npm run dev:node)
  distributed  agents, receiver, deriver and api as processes on Kafka and Cassandra   (npm run start:distributed)
  agent        enrols the current context at CASSANDRA_HOSTS and runs its agent (docker-compose.yaml)
  install      [kafka|cassandra|kubernetes|kubernetes-node|kube-score|docker|chromium|all]   only bring the programs in

Options
  --kafka-port 9092  --cassandra-port 9042  --api-port ${CONTROL_PLANE_PORT}   0 takes a free one
  --folder PATH      keep the data there; without it data is gone at the end (distributed: kept in MOSAIC_DATA)
  --port 9000        distributed: of the page and the API
  --kubeconfig PATH  cluster, node: also write the admin's kubeconfig there

Environment
  MOSAIC_DEV_CACHE   where the programs are kept (default: .cache in the repository)
  KAFKA_BROKERS, CASSANDRA_HOSTS (with CASSANDRA_PORT, CASSANDRA_DATACENTER), CHROMIUM: used instead of starting one
  MOSAIC_CLUSTERS, KUBECONFIG   distributed: what to watch; default the current context when it answers, else the playground
`;

const OPTIONS = {
  help: { type: 'boolean', short: 'h', default: false },
  'kafka-port': { type: 'string', default: '9092' },
  'cassandra-port': { type: 'string', default: '9042' },
  'api-port': { type: 'string', default: String(CONTROL_PLANE_PORT) },
  folder: { type: 'string' },
  port: { type: 'string' },
  kubeconfig: { type: 'string' },
} as const;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const [command, ...rest] = positionals;
  if (values.help || command === undefined) {
    process.stdout.write(HELP);
    return;
  }
  listenForInterrupts();
  for (const left of sweep()) say(`ended ${left}, left behind by a run that crashed`);
  if (whyNoNode() === undefined && (await sweepNode())) say('removed a node left behind by a run that crashed');
  if (command === 'services') return runServices(values);
  if (command === 'cluster') return runCluster(values);
  if (command === 'node') return runNode(values);
  // Loaded when asked for: it brings the store and the Kubernetes client with it.
  if (command === 'distributed') return (await import('./distributed-command.ts')).runDistributed(values);
  if (command === 'agent') return (await import('./agent-command.ts')).runAgent();
  if (command === 'install') return runInstall(rest[0] ?? 'all');
  throw new Error(`${command} is not a command of dev; --help lists them`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
