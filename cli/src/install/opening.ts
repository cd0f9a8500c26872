// Flags of init, rotate and credentials, and what they open: where the servers' credentials are, and those of agents.

import type { Command } from 'commander';
import { UsageError } from '../exit.ts';
import { agentCredentials, type Credential, serverCredentials } from './catalogue.ts';
import type { Home } from './home.ts';
import { folderHome } from './home-folder.ts';
import { kubernetesHome } from './home-kubernetes.ts';
import type { AgentsAt, Installation } from './init.ts';
import { hostOf, type InstallValues, readValues } from './values.ts';

export interface InstallOptions {
  readonly context?: string;
  readonly inCluster?: boolean;
  readonly namespace?: string;
  readonly dir?: string;
  readonly values?: readonly string[];
  readonly agent?: readonly string[];
  readonly agentContext?: string;
  readonly kafkaHost?: readonly string[];
  readonly cassandraHost?: readonly string[];
  readonly days?: string;
  readonly authorityDays?: string;
  readonly chown?: boolean;
}

const CERTIFICATE_DAYS = 365;
const AUTHORITY_DAYS = 3650;
/** How containers and processes of this machine call them. */
const LOCAL = ['localhost', '127.0.0.1'];

export const withPlace = (command: Command): Command =>
  command
    .option('--context <context>', 'into Secrets of the cluster that this context of your kubeconfig names')
    .option('--in-cluster', 'into Secrets of the cluster this runs in, with the rights of its pod')
    .option('-n, --namespace <name>', 'of the servers there (default: namespace of the values, mosaic)')
    .option('--dir <folder>', 'into a folder instead: a folder per Secret, files only their owner may read')
    .option('--values <file...>', 'values of your own for the manifests: names of Secrets, hosts of brokers')
    .option('--agent <id...>', 'also for the agents of the clusters enrolled with these ids')
    .option('--agent-context <context>', 'where those agents run, when not with the servers')
    .option('--days <n>', `life of certificates (default ${CERTIFICATE_DAYS})`)
    .option('--authority-days <n>', `life of authorities (default ${AUTHORITY_DAYS})`)
    .option('--kafka-host <name...>', 'more names or addresses that brokers are called by')
    .option('--cassandra-host <name...>', 'more names or addresses that the ring is called by')
    .option('--chown', 'with --dir, as root: files belong to the users of the containers that read them');

export interface Opened {
  readonly installation: Installation;
  close(): Promise<void>;
}

/** Throws `UsageError`. `make`: a folder that is not there is made. */
export async function open(options: InstallOptions, told: (line: string) => void, make: boolean): Promise<Opened> {
  const { dir, context, inCluster } = options;
  const given = [dir, context, inCluster].filter((one) => one !== undefined);
  if (given.length === 0) throw new UsageError('say where: --context NAME of your kubeconfig, or --dir FOLDER');
  if (given.length > 1) throw new UsageError('--context, --in-cluster and --dir exclude each other');
  if (options.agentContext !== undefined && options.agent === undefined)
    throw new UsageError('--agent-context goes with --agent ID: which cluster’s agents run there');
  if (options.chown && dir === undefined) throw new UsageError('--chown goes with --dir');
  if (options.chown && process.getuid?.() !== 0) throw new UsageError('--chown needs root');
  const lives = {
    certificateDays: days('--days', options.days, CERTIFICATE_DAYS),
    authorityDays: days('--authority-days', options.authorityDays, AUTHORITY_DAYS),
  };
  const ids = (options.agent ?? []).map(idOf);
  const values = valuesOf(options);
  const homes = await openHomes(options, values, told, make);
  try {
    const { home, agentsHome } = homes;
    const known = [...new Set([...ids, ...(options.agentContext === undefined ? await home.agents() : [])])];
    const agents = known.map((id): AgentsAt => ({ home: agentsHome, credentials: ofAgents(values, id, agentsHome) }));
    const credentials = serverCredentials(values, home.realm);
    return { installation: { home, credentials, agents, lives, now: Date.now, told }, close: homes.close };
  } catch (error) {
    await homes.close();
    throw error;
  }
}

async function openHomes(
  options: InstallOptions,
  values: InstallValues,
  told: (line: string) => void,
  make: boolean,
): Promise<{ home: Home; agentsHome: Home; close(): Promise<void> }> {
  const { dir, context, inCluster, agentContext, chown = false } = options;
  const kubernetes = (where: { context?: string; inCluster?: boolean }): Home =>
    kubernetesHome({ ...where, values, namespace: values.namespace, now: Date.now, told });
  const home =
    dir === undefined
      ? kubernetes({ ...(context !== undefined && { context }), ...(inCluster && { inCluster }) })
      : await folderHome(dir, { make, chown });
  const agentsHome = agentContext === undefined ? home : kubernetes({ context: agentContext });
  return {
    home,
    agentsHome,
    async close() {
      await home.close();
      if (agentsHome !== home) await agentsHome.close();
    },
  };
}

const ofAgents = (values: InstallValues, id: number, home: Home): readonly Credential[] =>
  agentCredentials(values, id, home.realmsOf(id));

function valuesOf({ values: paths = [], namespace, dir, ...options }: InstallOptions): InstallValues {
  const read = readValues(paths);
  const local = dir === undefined ? [] : LOCAL;
  return {
    ...read,
    ...(namespace !== undefined && { namespace }),
    kafkaNames: unique([
      ...read.kafkaNames,
      ...(dir ? ['kafka'] : []),
      ...local,
      ...(options.kafkaHost ?? []).map(hostOf),
    ]),
    cassandraNames: unique([
      ...read.cassandraNames,
      ...(dir ? ['cassandra'] : []),
      ...local,
      ...(options.cassandraHost ?? []).map(hostOf),
    ]),
  };
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];

function days(flag: string, given: string | undefined, otherwise: number): number {
  const value = given === undefined ? otherwise : Number(given);
  if (!Number.isInteger(value) || value < 1 || value > 36_500)
    throw new UsageError(`${flag} ${given}: expected days, 1–36500`);
  return value;
}

function idOf(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text))
    throw new UsageError(`--agent ${text}: expected the id of an enrolled cluster, as 1`);
  return Number(text);
}
