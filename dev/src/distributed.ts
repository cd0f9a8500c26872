// The distributed shape on this machine: agents, receiver, deriver and api as processes of their own, on real Kafka and Cassandra.

import { join } from 'node:path';
import { isReachable, kubeContexts } from '@mosaic/kat';
import { type Bundled, bundled, type Plan } from './bundled.ts';
import { type Enrolled, type Enrolling, enrol } from './enrol.ts';
import { silently, type Told } from './install.ts';
import { freePorts } from './ports.ts';
import { type Services, startServices } from './services.ts';

const PLAYGROUND = 'playground';
const CONTEXT_WITHIN_MS = 3_000;

export interface DistributedOptions {
  /** `playground`, or contexts of the kubeconfig. Default: the current context when it answers, else the playground. */
  readonly clusters?: readonly string[];
  /** Default: KUBECONFIG, then ~/.kube/config. */
  readonly kubeconfig?: string;
  /** Keys, spools, logs, and the services' data when we start them; all of it stays. */
  readonly folder: string;
  /** Of the api; a free one by default. */
  readonly port?: number;
  readonly keyspace?: string;
  readonly told?: Told;
  /** More for the environment of each process. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Distributed {
  /** Of the api. */
  readonly url: string;
  readonly clusters: readonly Enrolled[];
  /** Where the clusters are; undefined: where kubectl looks. */
  readonly kubeconfig: string | undefined;
  readonly services: Services;
  /** By name: `receiver`, `deriver`, `api`, `agent-<cluster>`, and `playground` when there is one. */
  readonly processes: ReadonlyMap<string, Bundled>;
  stop(): Promise<void>;
}

/** Resolves when all of them are ready. Throws what went wrong, everything stopped again. */
export async function startDistributed(options: DistributedOptions): Promise<Distributed> {
  const { told = silently, folder, keyspace = 'mosaic' } = options;
  const processes = new Map<string, Bundled>();
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (let one = stops.pop(); one !== undefined; one = stops.pop()) await one();
  };
  const timed = async <T>(name: string, work: Promise<T>): Promise<T> => {
    const began = performance.now();
    const done = await work;
    told(`${name}: ready in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    return done;
  };
  const run = async (plan: Plan): Promise<void> => {
    const one = bundled({ ...plan, env: { ...plan.env, ...options.env } }, folder, told);
    processes.set(one.name, one);
    stops.push(one.stop);
    await timed(one.name, one.start());
  };
  try {
    const services = await timed(
      'Kafka and Cassandra',
      startServices({
        kafka: { folder: join(folder, 'kafka'), told },
        cassandra: { folder: join(folder, 'cassandra'), told },
      }),
    );
    stops.push(services.stop);
    const { names, isPlayground } = await chosen(options);
    const kubeconfig = isPlayground ? playgroundConfig(folder) : options.kubeconfig;
    if (isPlayground) await run(playgroundPlan(folder));
    const contexts = isPlayground ? (await kubeContexts(kubeconfig)).contexts.map(({ name }) => name) : names;
    const enrolling = contexts.map((name): Enrolling => ({ name, kind: isPlayground ? PLAYGROUND : 'kubernetes' }));
    const clusters = await timed('enrolment', enrol(services, join(folder, 'agents'), enrolling, keyspace));
    const common = { ...services.env, CASSANDRA_KEYSPACE: keyspace, STORE: 'cassandra', TRANSPORT: 'kafka' };
    const [receiver = 0, deriver = 0, api = 0, ...ports] = await freePorts(3 + clusters.length);
    await run({ name: 'receiver', bundle: 'receiver', port: receiver, env: common });
    await run({ name: 'deriver', bundle: 'deriver', port: deriver, env: common });
    for (const [index, cluster] of clusters.entries())
      await run(agentPlan(cluster, ports[index] ?? 0, { ...common, ...(kubeconfig && { KUBECONFIG: kubeconfig }) }));
    await run({ name: 'api', bundle: 'api', port: options.port ?? api, env: common });
    return { url: processes.get('api')?.url ?? '', clusters, kubeconfig, services, processes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function chosen({
  clusters,
  kubeconfig,
}: DistributedOptions): Promise<{ names: readonly string[]; isPlayground: boolean }> {
  if (clusters && clusters.length > 0) return { names: clusters, isPlayground: clusters.includes(PLAYGROUND) };
  const { current } = await kubeContexts(kubeconfig);
  const where = { ...(kubeconfig !== undefined && { kubeconfig }), ...(current !== undefined && { context: current }) };
  if (current !== undefined && (await isReachable(where, CONTEXT_WITHIN_MS)))
    return { names: [current], isPlayground: false };
  return { names: [], isPlayground: true };
}

const playgroundConfig = (folder: string): string => join(folder, 'playground', 'playground.kubeconfig');

const playgroundPlan = (folder: string): Plan => ({
  name: PLAYGROUND,
  bundle: 'playground',
  port: 0, // a port per simulated cluster, any that are free
  env: { MOSAIC_DATA: folder },
  isReady: (program) => program.output().includes('kubectl --kubeconfig'), // its last line
});

const agentPlan = ({ id, name, folder }: Enrolled, port: number, env: Readonly<Record<string, string>>): Plan => ({
  name: `agent-${name}`,
  bundle: 'agent-cluster',
  port,
  env: {
    ...env,
    MOSAIC_DATA: join(folder, '..'),
    MOSAIC_CLUSTERS: name,
    MOSAIC_CLUSTER_ID: String(id),
    MOSAIC_CLUSTER_NAME: name,
    MOSAIC_AGENT_KEY: join(folder, 'key.pem'),
  },
});
