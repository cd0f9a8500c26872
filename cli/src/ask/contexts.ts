// Contexts of the past for kubectl: one per cluster, named by cluster and instant.

import { inUtc } from '@mosaic/wire/written';
import type { Token } from '../people/token.ts';

export interface PastContexts {
  readonly url: string;
  readonly at: number;
  readonly clusters: readonly string[];
  /** Seconds of the past in a second of `get --watch`. */
  readonly speed?: number;
  /** Who asks, where somebody has to be signed in. */
  readonly token?: Token | undefined;
}

export const contextName = (cluster: string, at: number): string => `${cluster}@${inUtc(at)}`;

/** Where a cluster's past is served. */
export function pastUrl({ url, at, speed }: Omit<PastContexts, 'clusters'>, cluster: string): string {
  const wish = speed === undefined || speed === 1 ? '' : `;speed=${speed}`;
  return `${url}/at/${inUtc(at)}${wish}/${encodeURIComponent(cluster)}`;
}

/** A kubeconfig in YAML; its first cluster is the current one. */
export function kubeconfig(contexts: PastContexts): string {
  const { at, clusters, token } = contexts;
  const q = JSON.stringify; // a JSON text is a YAML text
  const named = clusters.map((cluster) => ({
    name: contextName(cluster, at),
    url: signedIn(pastUrl(contexts, cluster), token),
  }));
  return [
    'apiVersion: v1',
    'kind: Config',
    `current-context: ${q(named[0]?.name ?? '')}`,
    'clusters:',
    ...named.map(({ name, url }) => `  - name: ${q(name)}\n    cluster:\n      server: ${q(url)}`),
    'contexts:',
    ...named.map(({ name }) => `  - name: ${q(name)}\n    context:\n      cluster: ${q(name)}\n      user: "past"`),
    'users:',
    `  - name: "past"\n    user: ${userOf(contexts)}`,
    '',
  ].join('\n');
}

const isPlain = (url: string): boolean => url.startsWith('http:');

/** kubectl reads it anew for each question. */
const userOf = ({ url, token }: PastContexts): string =>
  token === undefined || isPlain(url) ? '{}' : `{ tokenFile: ${JSON.stringify(token.file)} }`;

/** Over plain HTTP, as a forwarded port speaks it, kubectl sends no token, but what stands in the address it does. */
function signedIn(url: string, token: Token | undefined): string {
  if (token === undefined || !isPlain(url)) return url;
  return url.replace('http://', `http://token:${encodeURIComponent(token.text)}@`);
}
