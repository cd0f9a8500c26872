// Contexts of the past for kubectl: one per cluster, named by cluster and instant.

import { inUtc } from '@mosaic/wire/written';

export interface PastContexts {
  readonly url: string;
  readonly at: number;
  readonly clusters: readonly string[];
  /** Seconds of the past in a second of `get --watch`. */
  readonly speed?: number;
}

export const contextName = (cluster: string, at: number): string => `${cluster}@${inUtc(at)}`;

/** Where a cluster's past is served. */
export function pastUrl({ url, at, speed }: Omit<PastContexts, 'clusters'>, cluster: string): string {
  const wish = speed === undefined || speed === 1 ? '' : `;speed=${speed}`;
  return `${url}/at/${inUtc(at)}${wish}/${encodeURIComponent(cluster)}`;
}

/** A kubeconfig in YAML; its first cluster is the current one. */
export function kubeconfig(contexts: PastContexts): string {
  const { at, clusters } = contexts;
  const q = JSON.stringify; // a JSON text is a YAML text
  const named = clusters.map((cluster) => ({ name: contextName(cluster, at), url: pastUrl(contexts, cluster) }));
  return [
    'apiVersion: v1',
    'kind: Config',
    `current-context: ${q(named[0]?.name ?? '')}`,
    'clusters:',
    ...named.map(({ name, url }) => `  - name: ${q(name)}\n    cluster:\n      server: ${q(url)}`),
    'contexts:',
    ...named.map(({ name }) => `  - name: ${q(name)}\n    context:\n      cluster: ${q(name)}\n      user: "past"`),
    'users:',
    '  - name: "past"\n    user: {}',
    '',
  ].join('\n');
}
