// A kubeconfig with a context per simulated cluster.

import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'yaml';

export interface Endpoint {
  readonly name: string;
  readonly url: string;
}

export const kubeconfigOf = (clusters: readonly Endpoint[]): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    preferences: {},
    'current-context': clusters[0]?.name ?? '',
    clusters: clusters.map(({ name, url }) => ({ name, cluster: { server: url } })),
    contexts: clusters.map(({ name }) => ({
      name,
      context: { cluster: name, user: 'playground', namespace: 'default' },
    })),
    users: [{ name: 'playground', user: {} }],
  });

/** Whoever reads it sees the old file or the new one, never half. */
export async function writeKubeconfig(path: string, clusters: readonly Endpoint[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, kubeconfigOf(clusters), { mode: 0o600 });
  await rename(`${path}.new`, path);
}
