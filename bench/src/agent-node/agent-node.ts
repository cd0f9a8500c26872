// `agent-node`: what watching a machine of 100 containers and 2,000 connections costs, at 1,000 and at 10,000 lines a second.
// The agent is the bundle as it is shipped; the machine is made up in a process of its own, Kafka is the real one.

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, repositoryRoot, startKafka } from '@mosaic/dev';
import { kafkaTransport } from '@mosaic/transport';
import { type Bench, type BenchContext, rounded } from '../bench.ts';
import { cpuSeconds, residentBytes } from '../process-cost.ts';
import { type ArrivedLines, arrivedLines } from './arrived-lines.ts';
import type { MachineOptions, Order, Told } from './machine.worker.ts';

const CONTAINERS = 100;
const CONNECTIONS = 2_000;
const RATES = [1_000, 10_000];
const SETTLE_MS = 20_000;
const FOR_MS = 60_000;
const SAMPLE_EVERY_MS = 2_000;
/** A line waits for its chunk for 5 s, and a little for its turn. */
const ARRIVES_WITHIN_MS = 60_000;
/** A small young generation, and code rather small than fast: most of its time the agent waits. */
const FLAGS = ['--max-semi-space-size=2', '--optimize-for-size'];

export const agentNode: Bench = {
  async run(context) {
    const { tell } = context;
    const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-node-'));
    const kafka = await startKafka({ told: tell });
    const machine = await startMachine(join(folder, 'root'));
    const transport = kafkaTransport({ brokers: kafka.brokers, clientId: 'bench' });
    const arrived = await arrivedLines(transport);
    const [port = 0] = await freePorts(1);
    const agent = startAgent(folder, port, machine.url, kafka.brokers);
    try {
      await ready(port);
      for (const rate of RATES) await measure(context, { machine, agent, port, arrived }, rate);
    } finally {
      agent.kill('SIGTERM');
      await new Promise((resolve) => (agent.exitCode === null ? agent.once('exit', resolve) : resolve(undefined)));
      machine.child.disconnect();
      await arrived.stop();
      await transport.close();
      await kafka.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  },
};

interface Machine {
  readonly child: ChildProcess;
  readonly url: string;
  /** Answers how many lines have been written till then. */
  order(order: Order): Promise<number>;
}

async function startMachine(root: string): Promise<Machine> {
  const options: MachineOptions = {
    ...{ root, containers: CONTAINERS, connections: CONNECTIONS },
    recorded: join(repositoryRoot(), 'agents/node/fixtures/recorded'),
  };
  const child = fork(join(import.meta.dirname, 'machine.worker.js'), {
    env: { ...process.env, MACHINE: JSON.stringify(options) },
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const next = (): Promise<Told> =>
    new Promise((resolve, reject) => {
      child.once('message', (told: Told) => resolve(told));
      child.once('exit', (code) => reject(new Error(`the machine ended with ${code}`)));
    });
  const first = await next();
  if (!('url' in first)) throw new Error('the machine did not tell where its API server is');
  return {
    ...{ child, url: first.url },
    async order(order) {
      const told = next();
      child.send(order);
      const answer = await told;
      return 'written' in answer ? answer.written : 0;
    },
  };
}

function startAgent(folder: string, port: number, url: string, brokers: string): ChildProcess {
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'bench' },
      clusters: [{ name: 'bench', cluster: { server: url } }],
      users: [{ name: 'bench', user: {} }],
      contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    }),
  );
  return spawn(process.execPath, [...FLAGS, join(import.meta.dirname, 'agent-node.mjs')], {
    env: {
      ...process.env,
      ...{ MALLOC_ARENA_MAX: '2', LOG_LEVEL: 'warn', PORT: String(port), KAFKA_BROKERS: brokers },
      ...{ KUBECONFIG: kubeconfig, MOSAIC_CLUSTERS: 'bench', MOSAIC_CLUSTER_ID: '1', MOSAIC_NODE_NAME: 'bench-node' },
      ...{ HOST_ROOT: join(folder, 'root'), MOSAIC_DATA: join(folder, 'data'), MOSAIC_NODE_CONNTRACK: 'file' },
    },
    stdio: ['ignore', 2, 2],
  });
}

async function ready(port: number): Promise<void> {
  for (let waited = 0; waited < 300; waited++) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await pause(200);
  }
  throw new Error('the agent was not ready within a minute');
}

interface Watching {
  readonly machine: Machine;
  readonly agent: ChildProcess;
  readonly port: number;
  readonly arrived: ArrivedLines;
}

async function measure(
  { isQuick, tell, row }: BenchContext,
  { machine, agent, port, arrived }: Watching,
  rate: number,
) {
  const { pid } = agent;
  if (pid === undefined) throw new Error('the agent did not start');
  const from = await machine.order({ linesPerS: rate });
  await pause(isQuick ? SETTLE_MS / 10 : SETTLE_MS);
  tell(`${rate} lines/s: measuring`);
  const before = cpuSeconds(pid);
  const began = performance.now();
  let rss = 0;
  let passS = 0;
  while (performance.now() - began < (isQuick ? FOR_MS / 6 : FOR_MS)) {
    await pause(SAMPLE_EVERY_MS);
    rss = Math.max(rss, residentBytes(pid));
    passS = Math.max(passS, await figure(port, 'connection_pass_seconds'));
  }
  const cores = (cpuSeconds(pid) - before) / ((performance.now() - began) / 1000);
  const to = await machine.order({ linesPerS: 0 });
  for (const until = performance.now() + ARRIVES_WITHIN_MS; performance.now() < until; await pause(500))
    if (arrived.within(from, to) >= to - from) break;
  row({
    lines_per_s: rate,
    rss_mb: rounded(rss / 2 ** 20),
    cpu_percent: rounded(cores * 100),
    pass_s: rounded(passS, 3),
    lost: to - from - arrived.within(from, to),
    duplicated: arrived.duplicated,
    lines: to - from,
    connections: await figure(port, 'connection_sockets'),
    containers: await figure(port, 'usage_containers'),
    series: await figure(port, 'usage_series'),
    flags: FLAGS.join(' '),
  });
}

/** Of its own /metrics. */
async function figure(port: number, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(new RegExp(`^mosaic_node_agent_${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
