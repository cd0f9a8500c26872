// The Secrets of an install, made as `mosaic init` makes them: of the values that are installed, into the clusters that are meant.

import type { Json } from '@mosaic/kat';
import { numberAt, textAt } from '@mosaic/kat';
import type { ClientCertificate } from '@mosaic/runtime';
import { Unanswered, UsageError } from '../exit.ts';
import { agentCredentials, serverCredentials } from '../install/catalogue.ts';
import type { Home } from '../install/home.ts';
import { kubernetesHome } from '../install/home-kubernetes.ts';
import { initialize } from '../install/init.ts';
import { put } from '../install/rotate.ts';
import { DEFAULT_VALUES, hostOf, type InstallValues } from '../install/values.ts';
import { type Rendered, valueList, valueText } from './trees.ts';

const LIVES = { certificateDays: 365, authorityDays: 3650 };

export interface Where {
  /** Undefined: the current one. */
  readonly context: string | undefined;
  readonly inCluster: boolean;
}

export interface Making {
  readonly rendered: Rendered;
  readonly at: Where;
  /** Where the servers are, whose authorities sign the agents' certificates. */
  readonly servers: { readonly context: string | undefined; readonly namespace: string };
  readonly now: () => number;
  readonly told: (line: string) => void;
}

/** What the agents sign with: before their cluster joins, for whose key it is. */
export async function makeAgentKey({ rendered, at, now, told }: Making): Promise<void> {
  const values = installValues(rendered, DEFAULT_VALUES.namespace);
  const options = { ...(at.context !== undefined && { context: at.context }), inCluster: at.inCluster };
  const home = kubernetesHome({ ...options, values, namespace: values.namespace, now, told });
  try {
    const credentials = agentCredentials(values, 1, home.realmsOf(1)).filter(
      ({ making }) => making.kind === 'agent-key',
    );
    const renamed = credentials.map((one) => ({ ...one, name: 'agent-key' })); // it has no number yet
    await initialize({ lives: LIVES, now, told, home, credentials: [], agents: [{ home, credentials: renamed }] });
  } finally {
    await home.close();
  }
}

/** What the server signed when the cluster joined: where every agent mounts it. One of before is replaced. */
export async function keepAgentCertificate(
  { rendered, at, now, told }: Making,
  cluster: number,
  { key, certificate, trusted }: ClientCertificate,
): Promise<void> {
  const values = installValues(rendered, DEFAULT_VALUES.namespace);
  const options = { ...(at.context !== undefined && { context: at.context }), inCluster: at.inCluster };
  const home = kubernetesHome({ ...options, values, namespace: values.namespace, now, told });
  try {
    const [its] = agentCredentials(values, cluster, home.realmsOf(cluster));
    if (its) await put(its, home, { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': trusted });
    told(`made       agent-${cluster}-kafka, signed by the server`);
  } finally {
    await home.close();
  }
}

/** Makes what is missing and keeps what is there. Throws `LostKey` when the authority's key is not where the servers are. */
export async function makeCredentials(making: Making): Promise<void> {
  const { rendered, now, told } = making;
  const values = installValues(rendered, making.servers.namespace);
  const homes: Home[] = [];
  const home = (where: Where): Home => {
    const options = { ...(where.context !== undefined && { context: where.context }), inCluster: where.inCluster };
    const opened = kubernetesHome({ ...options, values, namespace: values.namespace, now, told });
    homes.push(opened);
    return opened;
  };
  try {
    const common = { lives: LIVES, now, told };
    if (rendered.tree === 'servers') {
      const servers = home(making.at);
      await initialize({ ...common, home: servers, credentials: serverCredentials(values, servers.realm), agents: [] });
      return;
    }
    const agents = home(making.at);
    const servers =
      making.servers.context === undefined ? agents : home({ context: making.servers.context, inCluster: false });
    const credentials = agentCredentials(values, clusterId(rendered.values), agents.realmsOf(0));
    if (await areThere(agents, credentials)) return;
    const authority = serverCredentials(values, servers.realm).filter(({ name }) => name === 'kafka-ca');
    if (!(await areThere(servers, authority))) throw new Unanswered(noAuthority(servers));
    await initialize({
      ...common,
      ...{ home: servers, credentials: authority },
      agents: [{ home: agents, credentials }],
    });
  } finally {
    for (const one of homes) await one.close();
  }
}

/** One of this cluster's own would be trusted by no broker. */
const noAuthority = ({ where, realm }: Home): string =>
  `the servers' authority (Secret ${realm}/mosaic-kafka-ca, which signs the agents' certificate) is not in ${where}; install the servers first, or name where they are: --servers-context NAME, --servers-namespace NAME`;

async function areThere(
  home: Home,
  credentials: readonly { readonly places: readonly { realm: string; secret: string }[] }[],
): Promise<boolean> {
  const kept = await Promise.all(credentials.flatMap(({ places }) => places.map((place) => home.read(place))));
  return kept.every((one) => one !== undefined);
}

function clusterId(values: Json): number {
  const id = numberAt(values, 'cluster', 'id');
  if (id === undefined)
    throw new UsageError('cluster.id of the values: expected the number the cluster was enrolled with');
  return id;
}

/** What of the rendered values `mosaic init` reads. */
export function installValues(
  { tree, values }: Pick<Rendered, 'tree' | 'values'>,
  serversNamespace: string,
): InstallValues {
  if (tree === 'agents')
    return {
      ...DEFAULT_VALUES,
      namespace: serversNamespace,
      agentNamespaces: [valueText(values, 'namespaces', 'clusterAgent'), valueText(values, 'namespaces', 'nodeAgent')],
      agentKafka: textAt(values, 'kafka', 'tlsSecret') ?? DEFAULT_VALUES.agentKafka,
      agentKey: textAt(values, 'clusterAgent', 'keySecret') ?? DEFAULT_VALUES.agentKey,
    };
  const certificates = Object.entries(DEFAULT_VALUES.certificates).map(([use, name]) => {
    return [use, textAt(values, 'certificates', use) ?? name];
  });
  return {
    ...DEFAULT_VALUES,
    namespace: valueText(values, 'namespace'),
    certificates: Object.fromEntries(certificates) as InstallValues['certificates'], // the same uses as before
    clusterSecret: textAt(values, 'kafka', 'clusterSecret') ?? DEFAULT_VALUES.clusterSecret,
    kafkaNames: valueList(values, 'kafka', 'external', 'hosts').map(hostOf),
  };
}
