// What of the manifests' values concerns credentials: names of Secrets and namespaces, and where brokers are reached from outside.

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { UsageError } from '../exit.ts';

export interface InstallValues {
  readonly namespace: string;
  readonly agentNamespaces: readonly [clusterAgent: string, nodeAgent: string];
  /** Names of Secrets. */
  readonly certificates: Readonly<Record<CertificateUse, string>>;
  readonly clusterSecret: string;
  readonly agentKafka: string;
  readonly agentKey: string;
  /** More names and addresses of brokers and ring, as clients call them. */
  readonly kafkaNames: readonly string[];
  readonly cassandraNames: readonly string[];
}

const CERTIFICATES = {
  kafka: 'mosaic-kafka-tls',
  cassandra: 'mosaic-cassandra-tls',
  receiverKafka: 'mosaic-receiver-kafka',
  deriverKafka: 'mosaic-deriver-kafka',
  apiKafka: 'mosaic-api-kafka',
  receiverCassandra: 'mosaic-receiver-cassandra',
  deriverCassandra: 'mosaic-deriver-cassandra',
  apiCassandra: 'mosaic-api-cassandra',
  schemaCassandra: 'mosaic-schema-cassandra',
  agentsAuthority: 'mosaic-agents-ca',
};
type CertificateUse = keyof typeof CERTIFICATES;

/** What manifests/servers/values.yaml and manifests/agents/values.yaml say. */
export const DEFAULT_VALUES: InstallValues = {
  namespace: 'mosaic',
  agentNamespaces: ['mosaic-agent', 'mosaic-node'],
  certificates: CERTIFICATES,
  clusterSecret: 'mosaic-kafka-cluster',
  agentKafka: 'mosaic-agent-kafka',
  agentKey: 'mosaic-agent-key',
  kafkaNames: [],
  cassandraNames: [],
};

type Told = Readonly<Record<string, unknown>>;

/** The defaults, and over them each file in turn. Throws `UsageError` naming file and field. */
export const readValues = (paths: readonly string[]): InstallValues =>
  paths.reduce((values, path) => over(values, path, documentOf(path)), DEFAULT_VALUES);

function documentOf(path: string): Told {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UsageError(`--values ${path} cannot be read: ${messageOf(cause)}`);
  }
  try {
    const document: unknown = parse(text, { maxAliasCount: 100, uniqueKeys: true });
    return isTold(document) ? document : {};
  } catch (cause) {
    throw new UsageError(`--values ${path} is no YAML: ${messageOf(cause)}`);
  }
}

function over(values: InstallValues, path: string, told: Told): InstallValues {
  const asked = { path, told };
  const [clusterAgent, nodeAgent] = values.agentNamespaces;
  const certificates = Object.entries(values.certificates).map(([use, name]) => {
    return [use, textAt(asked, ['certificates', use]) ?? name];
  });
  return {
    namespace: textAt(asked, ['namespace']) ?? values.namespace,
    agentNamespaces: [
      textAt(asked, ['namespaces', 'clusterAgent']) ?? clusterAgent,
      textAt(asked, ['namespaces', 'nodeAgent']) ?? nodeAgent,
    ],
    certificates: Object.fromEntries(certificates) as InstallValues['certificates'], // the same uses as before
    clusterSecret: textAt(asked, ['kafka', 'clusterSecret']) ?? values.clusterSecret,
    agentKafka: textAt(asked, ['kafka', 'tlsSecret']) ?? values.agentKafka,
    agentKey: textAt(asked, ['clusterAgent', 'keySecret']) ?? values.agentKey,
    kafkaNames: hostsAt(asked, ['kafka', 'external', 'hosts']) ?? values.kafkaNames,
    cassandraNames: values.cassandraNames,
  };
}

interface Asked {
  readonly path: string;
  readonly told: Told;
}

function at({ told }: Asked, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((value, key) => (isTold(value) ? value[key] : undefined), told);
}

function textAt(asked: Asked, keys: readonly string[]): string | undefined {
  const value = at(asked, keys);
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string' || !/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(value))
    throw new UsageError(`--values ${asked.path}: ${keys.join('.')}: expected a name of Kubernetes, as mosaic-1`);
  return value;
}

function hostsAt(asked: Asked, keys: readonly string[]): readonly string[] | undefined {
  const value = at(asked, keys);
  if (value === undefined || value === null) return undefined;
  const isList = Array.isArray(value) && value.every((one) => typeof one === 'string');
  if (!isList) throw new UsageError(`--values ${asked.path}: ${keys.join('.')}: expected a list of host:port`);
  return (value as string[]).map(hostOf); // checked above
}

/** `broker.example.org:9095`, `[2001:db8::1]:9095` and the same without a port. */
export function hostOf(address: string): string {
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(address) ?? [];
  return bracketed ?? address.replace(/^([^:]+):\d+$/, '$1');
}

const isTold = (value: unknown): value is Told => typeof value === 'object' && value !== null && !Array.isArray(value);
const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
