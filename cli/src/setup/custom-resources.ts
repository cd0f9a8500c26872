// Rules for custom resources: what this cluster serves and the templates do not name. The agent watches it then; what it may not watch is a gap.

import { type Discovered, type Json, type ResourceType, recordsAt, textAt, textsAt } from '@mosaic/kat';
import type { Rendered } from './trees.ts';

export interface ExtraRule {
  readonly group: string;
  readonly resources: readonly string[];
}

/** Never asked for by discovery: Secrets are `rbac.secrets`'s, core Events are those of events.k8s.io, Leases change each second and tell nothing. */
const NEVER = new Set(['/secrets', '/events', 'coordination.k8s.io/leases', 'coordination.k8s.io/leasecandidates']);

/** By group, in order of their names. */
export function rulesFor({ types }: Pick<Discovered, 'types'>, rendered: Rendered): readonly ExtraRule[] {
  const named = namedBy(rendered);
  const isNew = ({ group, resource, verbs }: ResourceType): boolean =>
    verbs.includes('list') &&
    verbs.includes('watch') &&
    !named.has(`${group}/${resource}`) &&
    !NEVER.has(`${group}/${resource}`);
  const groups = Map.groupBy(types.filter(isNew), ({ group }) => group);
  return [...groups]
    .map(([group, found]) => ({ group, resources: found.map(({ resource }) => resource).sort() }))
    .sort((one, other) => (one.group < other.group ? -1 : 1));
}

function namedBy({ pieces }: Rendered): ReadonlySet<string> {
  const rules = pieces
    .filter(({ object }) => object.kind === 'ClusterRole')
    .flatMap(({ object }) => recordsAt(object, 'rules'))
    .filter((rule) => textsAt(rule, 'verbs').includes('watch'));
  return new Set(
    rules.flatMap((rule) =>
      groupsOf(rule).flatMap((group) => textsAt(rule, 'resources').map((one) => `${group}/${one}`)),
    ),
  );
}

const groupsOf = (rule: Json): readonly string[] => textsAt(rule, 'apiGroups');

/** The wishes with these rules, unless they name some of their own. */
export function withRules(wishes: Json, extra: readonly ExtraRule[]): Json {
  const rbac = wishes.rbac as Json | undefined; // a mapping, where it is there: the templates read it as one
  if (textAt(wishes, 'rbac') !== undefined || rbac?.extra !== undefined || extra.length === 0) return wishes;
  return { ...wishes, rbac: { ...rbac, extra } };
}
