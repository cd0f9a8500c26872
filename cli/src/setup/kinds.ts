// Which resource of the API server a document is one of: by what the cluster says that it serves.

import type { Discovered, Manifest, ResourceType } from '@mosaic/kat';
import { Unanswered } from '../exit.ts';

export type TypeOf = (object: Pick<Manifest, 'apiVersion' | 'kind'>) => ResourceType;

export function typesIn({ types, failed }: Discovered): TypeOf {
  return ({ apiVersion, kind }) => {
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
    const found = types.find((type) => type.kind === kind && type.group === group);
    if (found !== undefined && version !== undefined) return { ...found, version };
    const silent = failed.find((one) => one.group === group);
    throw new Unanswered(
      silent === undefined
        ? `this cluster does not serve ${kind} of ${apiVersion}`
        : `this cluster does not say whether it serves ${kind} of ${apiVersion}: ${silent.reason}`,
    );
  };
}

/** `deployments.apps`, as kubectl and rules of RBAC name it. */
export const resourceName = ({ group, resource }: Pick<ResourceType, 'group' | 'resource'>): string =>
  group === '' ? resource : `${resource}.${group}`;

/** `Deployment mosaic-agent/mosaic-cluster-agent`, for people. */
export const shownName = ({ kind, metadata: { namespace, name } }: Pick<Manifest, 'kind' | 'metadata'>): string =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

const builtIn = (group: string, version: string, kind: string, resource: string, namespaced = true): ResourceType => ({
  ...{ group, version, kind, resource, namespaced },
  verbs: [],
});
export const CONFIG_MAPS = builtIn('', 'v1', 'ConfigMap', 'configmaps');
export const SECRETS = builtIn('', 'v1', 'Secret', 'secrets');
export const PODS = builtIn('', 'v1', 'Pod', 'pods');
export const EVENTS = builtIn('', 'v1', 'Event', 'events');
export const CLAIMS = builtIn('', 'v1', 'PersistentVolumeClaim', 'persistentvolumeclaims');
export const JOBS = builtIn('batch', 'v1', 'Job', 'jobs');
export const STORAGE_CLASSES = builtIn('storage.k8s.io', 'v1', 'StorageClass', 'storageclasses', false);
export const ACCESS_REVIEWS = builtIn(
  'authorization.k8s.io',
  'v1',
  'SelfSubjectAccessReview',
  'selfsubjectaccessreviews',
  false,
);
export const SELF_REVIEWS = builtIn('authentication.k8s.io', 'v1', 'SelfSubjectReview', 'selfsubjectreviews', false);
export const CLUSTER_ROLE_BINDINGS = builtIn(
  'rbac.authorization.k8s.io',
  'v1',
  'ClusterRoleBinding',
  'clusterrolebindings',
  false,
);
