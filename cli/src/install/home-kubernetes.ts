// Credentials as Secrets of a cluster, written by its API alone: no file, no argument and no shell ever holds a value.

import {
  type ConfigOptions,
  Conflict,
  Forbidden,
  KubeError,
  type LiveSource,
  live,
  type Manifest,
  NAMESPACES,
  type ResourceType,
  recordAt,
  textAt,
} from '@mosaic/kat';
import { clusterOfPrincipal, type Place } from './catalogue.ts';
import { readCertificate } from './certificate.ts';
import type { Files, Home, Kept, Writing } from './home.ts';
import { restarting } from './restart.ts';
import type { InstallValues } from './values.ts';

const SECRETS: ResourceType = {
  ...{ group: '', version: 'v1', kind: 'Secret', resource: 'secrets', namespaced: true },
  verbs: ['get', 'create', 'update'],
};
const NOT_FOUND = 404;
const MADE_AT = 'mosaic.dev/made-at';

export interface KubernetesOptions extends ConfigOptions {
  readonly values: InstallValues;
  /** Where the servers' credentials are. */
  readonly namespace: string;
  readonly now: () => number;
  readonly told: (line: string) => void;
}

export const kubernetesHome = (options: KubernetesOptions): Home => homeOver(live(options), options);

/** Over any cluster: tests bring one in memory. */
export function homeOver(
  source: LiveSource,
  { values, namespace, context, inCluster, now, told }: KubernetesOptions,
): Home {
  const manifestOf = ({ realm, secret }: Place, files: Files, { isCertificate }: Writing): Manifest => ({
    apiVersion: 'v1',
    kind: 'Secret',
    type: isCertificate ? 'kubernetes.io/tls' : 'Opaque',
    metadata: {
      uid: '', // the API server's to give
      name: secret,
      namespace: realm,
      labels: { 'app.kubernetes.io/part-of': 'mosaic', 'app.kubernetes.io/managed-by': 'mosaic' },
      annotations: { [MADE_AT]: new Date(now()).toISOString() },
    },
    data: Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text).toString('base64')])),
  });

  async function create(place: Place, files: Files, writing: Writing): Promise<boolean> {
    try {
      await source.create(SECRETS, manifestOf(place, files, writing));
      return true;
    } catch (error) {
      if (error instanceof Conflict) return false;
      if (!(error instanceof KubeError) || error.status !== NOT_FOUND) throw error;
    }
    await makeNamespace(source, place.realm);
    return create(place, files, writing);
  }

  const read = async ({ realm, secret }: Place): Promise<Kept | undefined> => {
    const found = await source.get(SECRETS, realm, secret);
    return found && keptOf(found);
  };

  return {
    where: inCluster ? 'this cluster' : `context ${context ?? '(current)'}`,
    flags: [
      context === undefined ? '' : `--context ${context}`,
      namespace === 'mosaic' ? '' : `--namespace ${namespace}`,
    ]
      .filter(Boolean)
      .join(' '),
    realm: namespace,
    realmsOf: () => values.agentNamespaces,
    ...{ read, create },
    async replace(place, files, writing, { version }) {
      const made = manifestOf(place, files, writing);
      await source.replace(SECRETS, { ...made, metadata: { ...made.metadata, resourceVersion: version } });
    },
    async agents() {
      const [realm] = values.agentNamespaces;
      const kept = await read({ realm, secret: values.agentKafka }).catch((error: unknown) => {
        if (!(error instanceof Forbidden)) throw error;
        told(`agents that may run in ${realm} are left out: ${error.message}`);
        return undefined;
      });
      const id = clusterOfPrincipal(readCertificate(kept?.files['tls.crt'])?.commonName ?? '');
      return id === undefined ? [] : [id];
    },
    restart: restarting(source, { now, told }),
    close: async () => source.close(),
  };
}

/** With the Pod Security level of the manifests left to them. */
async function makeNamespace(source: LiveSource, name: string): Promise<void> {
  const metadata = { uid: '', name, labels: { 'app.kubernetes.io/part-of': 'mosaic' } };
  await source.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata }).catch((error: unknown) => {
    if (!(error instanceof Conflict)) throw error;
  });
}

function keptOf(secret: Manifest): Kept {
  const data = Object.entries(recordAt(secret, 'data') ?? {});
  const files = data.map(([name, value]) => [name, Buffer.from(String(value), 'base64').toString('utf8')]);
  const madeAt = textAt(secret, 'metadata', 'annotations', MADE_AT) ?? textAt(secret, 'metadata', 'creationTimestamp');
  return {
    files: Object.fromEntries(files),
    madeAt: Date.parse(madeAt ?? '') || 0,
    version: textAt(secret, 'metadata', 'resourceVersion') ?? '',
  };
}
