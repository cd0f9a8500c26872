// A kind in one line: most differ only in their names and in what can be done below them.
import type { ResourceKind } from '../port.ts';

export const ALL_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] as const;

export interface KindTraits {
  readonly short?: readonly string[];
  readonly plural?: string;
  readonly all?: boolean;
  readonly categories?: readonly string[];
  readonly clusterWide?: boolean;
  readonly below?: ResourceKind['subresources'];
  readonly verbs?: ResourceKind['verbs'];
}

/** `kind('apps/v1', 'Deployment', { short: ['deploy'], below: ['status', 'scale'] })`. */
export function kind(apiVersion: string, name: string, traits: KindTraits = {}): ResourceKind {
  const { group, version } = splitApiVersion(apiVersion);
  const singular = name.toLowerCase();
  const categories = traits.categories ?? (traits.all === true ? ['all'] : undefined);
  return {
    group,
    version,
    kind: name,
    resource: traits.plural ?? `${singular}s`,
    singular,
    shortNames: traits.short ?? [],
    ...(categories === undefined ? {} : { categories }),
    namespaced: traits.clusterWide !== true,
    verbs: traits.verbs ?? ALL_VERBS,
    subresources: traits.below ?? [],
  };
}

function splitApiVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

export const apiVersionOf = (kind: Pick<ResourceKind, 'group' | 'version'>): string =>
  kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
