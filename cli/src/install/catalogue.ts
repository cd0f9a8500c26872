// What an installation's credentials are: their names, the Secrets that hold them, who uses them. The manifests and docker-compose.yaml
// expect exactly these; no value is here.

import type { InstallValues } from './values.ts';

/** A Secret of Kubernetes, or a folder of the same name. `realm`: a namespace, or a folder above (empty: none). */
export interface Place {
  readonly realm: string;
  readonly secret: string;
}

export const AUTHORITIES = ['kafka-ca', 'cassandra-ca'] as const;
export type AuthorityName = (typeof AUTHORITIES)[number];

export type Making =
  | { readonly kind: 'authority'; readonly commonName: string }
  | {
      readonly kind: 'certificate';
      readonly by: AuthorityName;
      readonly commonName: string;
      /** DNS names and IP addresses it answers to; a client answers to none. */
      readonly names: readonly string[];
      /** It issues in turn: client certificates of agents, nothing else. */
      readonly isAuthority?: true;
    }
  /** The administrator's: `username` and `password`. */
  | { readonly kind: 'login' }
  /** An Ed25519 key in PKCS#8; the one before stays beside it after a rotation. */
  | { readonly kind: 'signing-key'; readonly file: string }
  /** What the cluster agent signs with, and what it hashes Secrets with. */
  | { readonly kind: 'agent-key' }
  /** What Kafka's disks are formatted with: no secret, but made once. */
  | { readonly kind: 'cluster-id' };

export interface Workload {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  readonly realm: string;
  readonly name: string;
  /** In docker-compose.yaml. */
  readonly service: string;
}

export interface Credential {
  /** As `mosaic rotate NAME` has it. */
  readonly name: string;
  /** Several: the same files in each. */
  readonly places: readonly [Place, ...Place[]];
  readonly making: Making;
  readonly usedBy: readonly Workload[];
  /** Of agents: the enrolled id of their cluster. */
  readonly cluster?: number;
  /** User of the containers that read it, for `--chown`. */
  readonly user: number;
}

export type CertificateCredential = Credential & { readonly making: Extract<Making, { kind: 'certificate' }> };
export const isCertificate = (one: Credential): one is CertificateCredential => one.making.kind === 'certificate';

/** As the images have them. */
const OURS = 1000;
const KAFKA = 1000;
const CASSANDRA = 999;

/** Of the servers, authorities first. `names`: where else brokers and ring are reached than the manifests say. */
export function serverCredentials(values: InstallValues, realm: string): readonly Credential[] {
  const { certificates: its, kafkaNames, cassandraNames } = values;
  const at = (secret: string): readonly [Place] => [{ realm, secret }];
  const workload = (kind: Workload['kind'], part: string): Workload => {
    return { kind, realm, name: `mosaic-${part}`, service: part };
  };
  const kafka = workload('StatefulSet', 'kafka');
  const cassandra = workload('StatefulSet', 'cassandra');
  const [receiver, deriver, api] = ['receiver', 'deriver', 'api'].map((part) => workload('Deployment', part));
  const servers = { receiver, deriver, api, schema: undefined };
  const client = (part: keyof typeof servers, to: 'kafka' | 'cassandra', secret: string): Credential => ({
    name: `${part}-${to}`,
    places: at(secret),
    making: { kind: 'certificate', by: `${to}-ca`, commonName: `mosaic-${part}`, names: [] },
    usedBy: servers[part] ? [servers[part]] : [],
    user: OURS,
  });
  const serving = (part: 'kafka' | 'cassandra', secret: string, names: readonly string[]): Credential => ({
    name: `${part}-tls`,
    places: at(secret),
    making: { kind: 'certificate', by: `${part}-ca`, commonName: `mosaic-${part}`, names },
    usedBy: [part === 'kafka' ? kafka : cassandra],
    user: part === 'kafka' ? KAFKA : CASSANDRA,
  });
  const authority = (name: AuthorityName): Credential => ({
    ...{ name, places: at(`mosaic-${name}`), usedBy: [], user: 0 },
    making: { kind: 'authority', commonName: `mosaic-${name}` },
  });
  const ofApi = (name: string, making: Making): Credential => ({
    ...{ name, places: at(`mosaic-${name}`), making, usedBy: api ? [api] : [], user: OURS },
  });
  return [
    ...AUTHORITIES.map(authority),
    {
      name: 'kafka-cluster',
      places: at(values.clusterSecret),
      making: { kind: 'cluster-id' },
      usedBy: [],
      user: KAFKA,
    },
    serving('kafka', its.kafka, ['mosaic-kafka', `*.mosaic-kafka.${values.namespace}.svc`, ...kafkaNames]),
    serving('cassandra', its.cassandra, [
      'mosaic-cassandra',
      `mosaic-cassandra.${values.namespace}.svc`,
      `*.mosaic-cassandra.${values.namespace}.svc`,
      ...cassandraNames,
    ]),
    client('receiver', 'kafka', its.receiverKafka),
    client('deriver', 'kafka', its.deriverKafka),
    client('api', 'kafka', its.apiKafka),
    client('receiver', 'cassandra', its.receiverCassandra),
    client('deriver', 'cassandra', its.deriverCassandra),
    client('api', 'cassandra', its.apiCassandra),
    client('schema', 'cassandra', its.schemaCassandra),
    // It reads the files whenever it issues, so that nothing is restarted for a new one.
    {
      ...{ name: 'agents-ca', places: at(its.agentsAuthority), usedBy: [], user: OURS },
      making: { kind: 'certificate', by: 'kafka-ca', commonName: 'mosaic-agents-ca', names: [], isAuthority: true },
    },
    ofApi('admin', { kind: 'login' }),
    ofApi('reports', { kind: 'signing-key', file: 'key.pem' }),
  ];
}

/** Of the agents of one cluster, in each of `realms`: that of the cluster agent first. */
export function agentCredentials(
  values: InstallValues,
  cluster: number,
  realms: readonly [string, ...string[]],
): readonly Credential[] {
  const [first, ...others] = realms;
  const usedBy: readonly Workload[] = [
    { kind: 'Deployment', realm: first, name: 'mosaic-cluster-agent', service: 'agent' },
    { kind: 'DaemonSet', realm: others.at(-1) ?? first, name: 'mosaic-node-agent', service: 'agent' },
  ];
  const at = (realm: string): Place => ({ realm, secret: values.agentKafka });
  return [
    {
      name: `agent-${cluster}-kafka`,
      places: [at(first), ...others.map(at)],
      making: { kind: 'certificate', by: 'kafka-ca', commonName: agentPrincipal(cluster), names: [] },
      ...{ usedBy, cluster, user: OURS },
    },
    {
      name: `agent-${cluster}-key`,
      places: [{ realm: first, secret: values.agentKey }],
      making: { kind: 'agent-key' },
      ...{ usedBy: usedBy.slice(0, 1), cluster, user: OURS },
    },
  ];
}

/** The name by which Kafka's rules know the agents of a cluster: the common name of their certificate. */
export const agentPrincipal = (cluster: number): string => `mosaic-agent-${cluster}`;

/** Undefined for a name that is no agents'. */
export function clusterOfPrincipal(name: string): number | undefined {
  const [, digits] = /^mosaic-agent-([1-9]\d{0,9})$/.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
