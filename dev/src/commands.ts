// What each command does: starts, says where things are, waits for Ctrl-C, stops.

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { installCassandra } from './cassandra.ts';
import { findChromium } from './chromium.ts';
import { startControlPlane } from './control-plane.ts';
import { installDocker } from './docker.ts';
import { java, type Told } from './install.ts';
import { installKafka } from './kafka.ts';
import { installKubeScore } from './kube-score.ts';
import { installKubernetes } from './kubernetes.ts';
import { whyNoNode } from './node/requirements.ts';
import { installNode } from './node.ts';
import { answers, freePorts } from './ports.ts';
import { findPrometheus } from './prometheus.ts';
import { startServices } from './services.ts';
import { installShells } from './shells.ts';

export const CONTROL_PLANE_PORT = 6443;

export interface Flags {
  readonly 'kafka-port': string;
  readonly 'cassandra-port': string;
  readonly 'api-port': string;
  readonly port?: string;
  readonly folder?: string;
  readonly kubeconfig?: string;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export const say: Told = (line) => process.stdout.write(`${line}\n`);

export async function runServices(flags: Flags): Promise<void> {
  const began = performance.now();
  const [kafkaPort, cassandraPort] = await Promise.all([
    portOf('kafka-port', flags['kafka-port']),
    portOf('cassandra-port', flags['cassandra-port']),
  ]);
  const services = await startServices({
    kafka: { port: kafkaPort, told: say, ...under(flags.folder, 'kafka') },
    cassandra: { port: cassandraPort, told: say, ...under(flags.folder, 'cassandra') },
  });
  say(`ready in ${seconds(began)} s`);
  for (const [name, value] of Object.entries(services.env)) say(`export ${name}=${value}`);
  say(`logs: ${[services.kafka.logPath, services.cassandra.logPath].filter(Boolean).join(' ')}`);
  await untilInterrupted();
  await services.stop();
}

export async function runCluster(flags: Flags): Promise<void> {
  const began = performance.now();
  const port = await portOf('api-port', flags['api-port']);
  const cluster = await startControlPlane({ own: true, port, told: say, ...under(flags.folder, 'kubernetes') });
  if (flags.kubeconfig) copyFileSync(cluster.kubeconfigPath, flags.kubeconfig);
  say(`ready in ${seconds(began)} s at ${cluster.url}`);
  say(`export KUBECONFIG=${flags.kubeconfig ?? cluster.kubeconfigPath}`);
  await untilInterrupted();
  await cluster.stop();
}

const INSTALLERS: Readonly<Record<string, (told: Told) => Promise<unknown>>> = {
  kafka: (told) => Promise.all([java(told), installKafka(told)]),
  cassandra: (told) => Promise.all([java(told), installCassandra(told)]),
  kubernetes: installKubernetes,
  'kube-score': installKubeScore,
  'kubernetes-node': installNode,
  docker: installDocker,
  chromium: findChromium,
  prometheus: findPrometheus,
  shells: installShells,
};

/** All that this machine can have; in CI all there is. */
function all(): string[] {
  const reason = process.env.CI === 'true' ? undefined : whyNoNode();
  if (reason !== undefined) say(`kubernetes-node is left out: ${reason}`);
  return Object.keys(INSTALLERS).filter((name) => reason === undefined || name !== 'kubernetes-node');
}

export async function runInstall(what: string): Promise<void> {
  const names = what === 'all' ? all() : [what];
  for (const name of names) {
    const install = INSTALLERS[name];
    if (!install) throw new Error(`${name} is not known; ${Object.keys(INSTALLERS).join(', ')} and all are`);
    await install(say);
    say(`${name} is installed`);
  }
}

/** Until something is ready, an interrupt ends us at once and our programs with us. */
const endAtOnce = (): never => process.exit(130);

export function listenForInterrupts(): void {
  for (const signal of SIGNALS) process.on(signal, endAtOnce);
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends us at once. */
export function untilInterrupted(): Promise<void> {
  const ticking = setInterval(() => {}, 60_000); // nothing else keeps us here
  return new Promise((resolve) => {
    const stop = () => {
      clearInterval(ticking);
      say('stopping');
      for (const signal of SIGNALS) process.off(signal, stop).on(signal, endAtOnce);
      resolve();
    };
    for (const signal of SIGNALS) process.off(signal, endAtOnce).on(signal, stop);
  });
}

export async function portOf(flag: string, text: string): Promise<number> {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--${flag} ${text}: a port is a whole number up to 65535`);
  if (port === 0) return (await freePorts(1))[0] ?? 0;
  if (await answers(port)) throw new Error(`port ${port} is in use; choose another with --${flag}, 0 for a free one`);
  return port;
}

export const under = (folder: string | undefined, name: string) =>
  folder === undefined ? {} : { folder: join(folder, name) };
export const seconds = (began: number): number => Math.round((performance.now() - began) / 1000);
