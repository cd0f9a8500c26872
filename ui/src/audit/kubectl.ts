// The kubectl line that asks about a thing at a moment: read-only, with nobody's credentials, and none of the kubeconfig's.

import type { TopologyNode } from '@mosaic/wire';

export interface KubectlAbout {
  /** Of this page: `http://localhost:9000`. */
  readonly origin: string;
  readonly at: number;
  readonly cluster: string;
  readonly node?: Pick<TopologyNode, 'kind' | 'name' | 'namespace'> & { readonly apiVersion?: string | undefined };
  readonly namespace?: string | undefined;
}

/** What is drawn and is no object. */
const GROUPS = new Set(['Cluster', 'Namespace', 'External', 'Container']);

export function kubectlLine({ origin, at, cluster, node, namespace }: KubectlAbout): string {
  const instant = new Date(at).toISOString().replace('.000Z', 'Z');
  const server = `${origin}/at/${instant}/${encodeURIComponent(cluster)}`;
  return ['kubectl', '--kubeconfig=/dev/null', shellWord(`--server=${server}`), ...askedOf(node, namespace)].join(' ');
}

function askedOf(node: KubectlAbout['node'], namespace: string | undefined): readonly string[] {
  const within = node?.kind === 'Namespace' ? node.name : node?.namespace || namespace;
  if (node === undefined || GROUPS.has(node.kind)) return within ? ['get pods -n', shellWord(within)] : ['get pods -A'];
  const [group = '', version] = (node.apiVersion ?? 'v1').split('/');
  const kind =
    version === undefined || isCommon(group) ? node.kind.toLowerCase() : `${node.kind.toLowerCase()}.${group}`;
  return [
    'get',
    shellWord(kind),
    shellWord(node.name),
    ...(node.namespace ? ['-n', shellWord(node.namespace)] : []),
    '-o yaml',
  ];
}

/** Kubernetes' own, whose kinds are known by their short name. */
const isCommon = (group: string): boolean => !group.includes('.') || group.endsWith('.k8s.io');

const shellWord = (word: string): string =>
  /^[\w./:@=%,+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
