// What stands below an object besides itself: under which kind discovery names it and what can be done with it.
import type { ResourceKind } from '../port.ts';

export type Subresource = ResourceKind['subresources'][number];
type Verb = ResourceKind['verbs'][number];

export interface Below {
  /** Absent = the kind it stands below. */
  readonly responseKind?: { readonly group: string; readonly version: string; readonly kind: string };
  readonly verbs: readonly Verb[];
}

const options = (kind: string): Below => ({
  responseKind: { group: '', version: 'v1', kind },
  verbs: ['create', 'get'],
});

const PROXY: readonly Verb[] = ['create', 'delete', 'get', 'patch', 'update'];

const BELOW: Readonly<Record<Exclude<Subresource, 'proxy'>, Below>> = {
  status: { verbs: ['get', 'patch', 'update'] },
  scale: { responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' }, verbs: ['get', 'patch', 'update'] },
  log: { verbs: ['get'] },
  eviction: { responseKind: { group: 'policy', version: 'v1', kind: 'Eviction' }, verbs: ['create'] },
  exec: options('PodExecOptions'),
  attach: options('PodAttachOptions'),
  portforward: options('PodPortForwardOptions'),
};

export const below = (kind: ResourceKind, subresource: Subresource): Below =>
  subresource === 'proxy' ? { ...options(`${kind.kind}ProxyOptions`), verbs: PROXY } : BELOW[subresource];
