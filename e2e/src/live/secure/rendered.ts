// What manifests/servers would give its processes, taken from the rendered documents; paths and addresses become those of this machine.

import { join } from 'node:path';
import { repositoryRoot } from '@mosaic/dev';
import { loadValues, renderTree } from '@mosaic/manifestr';
import { parseAllDocuments, stringify } from 'yaml';

interface Found {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: { readonly template?: { readonly spec: PodSpec } };
}
interface PodSpec {
  readonly containers: readonly {
    readonly env?: readonly { readonly name: string; readonly value?: unknown }[];
    readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  }[];
  readonly volumes?: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[];
}

export interface Rendered {
  /** Of server.properties: what concerns TLS and rules. */
  kafkaSettings(secrets: string): Readonly<Record<string, string>>;
  /** Of cassandra.yaml: both encryption options. */
  cassandraEncryption(secrets: string): string;
  /** The script that sets Kafka's rules. */
  readonly rulesScript: string;
  /** The environment of a server; its Secrets are folders in `secrets`. */
  environment(server: string, secrets: string): Readonly<Record<string, string>>;
}

/** `agents`: ids of clusters whose agents have rules. */
export async function renderedServers(agents: readonly number[]): Promise<Rendered> {
  const folder = join(repositoryRoot(), 'manifests/servers');
  const text = JSON.stringify(agents.map((clusterId) => ({ principal: `mosaic-agent-${clusterId}`, clusterId })));
  const values = await loadValues(
    [{ path: join(folder, 'values.yaml') }],
    [{ path: 'kafka.agents', text, isString: false }],
  );
  const files = renderTree({ templateRoot: join(folder, 'templates'), values, strict: true });
  const documents = files.flatMap(({ text }) => parseAllDocuments(text).map((one) => one.toJS() as Found | null));
  const named = (kind: string, name: string): Found => {
    const found = documents.find((one) => one?.kind === kind && one.metadata.name === name);
    if (!found) throw new Error(`the manifests have no ${kind} ${name}`);
    return found;
  };
  const config = (name: string, file: string): string => named('ConfigMap', name).data?.[file] ?? '';
  return {
    kafkaSettings: (secrets) => settingsIn(here(config('mosaic-kafka', 'server.properties'), secrets, 'kafka')),
    cassandraEncryption: (secrets) =>
      encryptionIn(here(config('mosaic-cassandra', 'cassandra.yaml'), secrets, 'cassandra')),
    rulesScript: config('mosaic-kafka-acls', 'acls.sh'),
    environment: (server, secrets) => environmentOf(named('Deployment', `mosaic-${server}`), secrets),
  };
}

/** Paths in a container become those of this machine. Keystores are put together at the start of a pod; init has made them as well. */
export const here = (text: string, secrets: string, store: string): string =>
  text
    .replaceAll('/run/mosaic/keystore.pem', join(secrets, `mosaic-${store}-tls`, 'keystore.pem'))
    .replaceAll(`/var/run/secrets/mosaic-${store}/`, `${join(secrets, `mosaic-${store}-tls`)}/`);

/** Of server.properties: what concerns TLS and rules. */
export function settingsIn(properties: string): Readonly<Record<string, string>> {
  const lines = properties.split('\n').filter((line) => /^(ssl|authorizer|allow|super)\./.test(line));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

/** Of cassandra.yaml: both encryption options. */
export function encryptionIn(text: string): string {
  const [document] = parseAllDocuments(text);
  const all = document?.toJS() as Record<string, unknown>; // a mapping, as Cassandra wants it
  const { server_encryption_options, client_encryption_options } = all;
  return stringify({ server_encryption_options, client_encryption_options });
}

function environmentOf({ spec }: Found, secrets: string): Readonly<Record<string, string>> {
  const { containers = [], volumes = [] } = spec?.template?.spec ?? {};
  const [container] = containers;
  const folders = (container?.volumeMounts ?? []).flatMap(({ name, mountPath }) => {
    const secret = volumes.find((volume) => volume.name === name)?.secret?.secretName;
    return secret === undefined ? [] : [{ mountPath, folder: join(secrets, secret) }];
  });
  const moved = (value: string): string =>
    folders.reduce(
      (text, { mountPath, folder }) => `${text}/`.replace(`${mountPath}/`, `${folder}/`).slice(0, -1),
      value,
    );
  return Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, moved(String(value ?? ''))]));
}
