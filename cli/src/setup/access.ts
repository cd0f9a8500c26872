// Whether we may do what an install does, asked before it begins (SelfSubjectAccessReview); and what to hand to whom when we may not.

import {
  type AccessRule,
  KubeError,
  type LiveSource,
  type ResourceType,
  recordsAt,
  textAt,
  valueAt,
} from '@mosaic/kat';
import { stringify } from 'yaml';
import { ACCESS_REVIEWS, CLUSTER_ROLE_BINDINGS, resourceName, SELF_REVIEWS } from './kinds.ts';

export interface Right {
  readonly verb: string;
  readonly group: string;
  /** With a subresource, as `pods/log`. */
  readonly resource: string;
  /** Absent: in the whole cluster. */
  readonly namespace?: string;
}

type Asks = Pick<LiveSource, 'review' | 'list'>;

export const rightsTo = (
  verbs: readonly string[],
  type: ResourceType,
  namespace: string | undefined,
): readonly Right[] =>
  verbs.map((verb) => {
    const where = type.namespaced && namespace !== undefined ? { namespace } : {};
    return { verb, group: type.group, resource: type.resource, ...where };
  });

/** Those that are not granted, each once. */
export async function missingRights(source: Asks, rights: readonly Right[]): Promise<readonly Right[]> {
  if (await isGranted(source, { verb: '*', group: '*', resource: '*' })) return [];
  const asked = [...new Map(rights.map((right) => [JSON.stringify(right), right])).values()];
  const granted = await Promise.all(asked.map((right) => isGranted(source, right)));
  return asked.filter((_, index) => !granted[index]);
}

async function isGranted(source: Asks, { verb, group, resource, namespace }: Right): Promise<boolean> {
  const [name = '', subresource] = resource.split('/');
  const resourceAttributes = {
    ...{ verb, group, resource: name },
    ...(subresource !== undefined && { subresource }),
    ...(namespace !== undefined && { namespace }),
  };
  return valueAt(await source.review(ACCESS_REVIEWS, { resourceAttributes }), 'allowed') === true;
}

/** `create clusterroles.rbac.authorization.k8s.io in the whole cluster`. */
export const shownRight = ({ verb, group, resource, namespace }: Right): string =>
  `${verb} ${resourceName({ group, resource })} ${namespace === undefined ? 'in the whole cluster' : `in namespace ${namespace}`}`;

/** Who we are, as the API server sees us. */
export async function whoWeAre(source: Asks): Promise<string> {
  try {
    return textAt(await source.review(SELF_REVIEWS, {}), 'userInfo', 'username') ?? 'you';
  } catch (error) {
    if (error instanceof KubeError) return 'you';
    throw error;
  }
}

/** Who could grant rights: those bound to cluster-admin, where we may see them. */
export async function whoCouldGrant(source: Asks): Promise<string> {
  const general = 'whoever holds ClusterRole cluster-admin (members of group system:masters do)';
  try {
    const { items } = await source.list(CLUSTER_ROLE_BINDINGS);
    const subjects = items
      .filter((binding) => textAt(binding, 'roleRef', 'name') === 'cluster-admin')
      .flatMap((binding) => recordsAt(binding, 'subjects'))
      .map(({ kind, name, namespace }) => `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`);
    return subjects.length === 0 ? general : `whoever holds ClusterRole cluster-admin: ${subjects.join(', ')}`;
  } catch (error) {
    if (error instanceof KubeError) return general;
    throw error;
  }
}

/** Roles that would grant them, for somebody who may apply them. */
export function rolesFor(missing: readonly Right[], user: string): string {
  const places = [...new Set(missing.map(({ namespace }) => namespace))];
  return places
    .flatMap((namespace) => {
      const kind = namespace === undefined ? 'ClusterRole' : 'Role';
      const metadata = { name: 'mosaic-installer', ...(namespace !== undefined && { namespace }) };
      const api = { apiVersion: 'rbac.authorization.k8s.io/v1' };
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind, name: metadata.name };
      const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }];
      return [
        { ...api, kind, metadata, rules: rulesOf(missing.filter((one) => one.namespace === namespace)) },
        { ...api, kind: `${kind}Binding`, metadata, roleRef, subjects },
      ];
    })
    .map((document) => stringify(document))
    .join('---\n');
}

function rulesOf(rights: readonly Right[]): readonly AccessRule[] {
  const byResource = Map.groupBy(rights, ({ group, resource }) => `${group} ${resource}`);
  return [...byResource.values()].map((same) => ({
    apiGroups: [same[0]?.group ?? ''],
    resources: [same[0]?.resource ?? ''],
    verbs: same.map(({ verb }) => verb),
  }));
}
