// What a label selector matches, through an index per namespace and label.

import type { Selector, Slim } from '@mosaic/wire';

type Labelled = Pick<Slim, 'labels'>;

/** As Kubernetes' LabelSelector, but an empty one matches nothing. */
export const matches = (selector: Selector, { labels }: Labelled): boolean =>
  !isEmpty(selector) && accepts(selector, labels);

/** Of a selector that is not empty: nothing is made for a member, there are thousands. */
function accepts({ matchLabels, matchExpressions }: Selector, labels: Labelled['labels']): boolean {
  for (const key in matchLabels) if (labels[key] !== matchLabels[key]) return false;
  if (matchExpressions === undefined) return true;
  for (const expression of matchExpressions) if (!holds(expression, labels)) return false;
  return true;
}

function isEmpty({ matchLabels, matchExpressions }: Selector): boolean {
  if (matchExpressions !== undefined && matchExpressions.length > 0) return false;
  for (const _ in matchLabels) return false;
  return true;
}

type Expression = NonNullable<Selector['matchExpressions']>[number];

function holds({ key, operator, values = [] }: Expression, labels: Labelled['labels']): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  const isListed = value !== undefined && values.includes(value);
  return operator === 'In' ? isListed : !isListed;
}

/** Finds the members of a namespace that a selector matches. Looks only at those sharing its rarest label. */
export function selectorIndex(members: ReadonlyMap<string, readonly Slim[]>) {
  const spaces = new Map<string, Space>();
  const spaceOf = (namespace: string): Space => {
    const space = spaces.get(namespace) ?? {
      members: members.get(namespace) ?? [],
      byKey: new Map(),
      found: new Map(),
    };
    spaces.set(namespace, space);
    return space;
  };
  return (namespace: string, selector: Selector): readonly Slim[] => {
    const space = spaceOf(namespace);
    const known = space.found.get(selector);
    if (known !== undefined) return known;
    const found = isEmpty(selector) ? [] : find(space, selector);
    space.found.set(selector, found);
    return found;
  };
}

/** A namespace's members, by label as far as they were asked for, and what selectors found among them. */
interface Space {
  readonly members: readonly Slim[];
  readonly byKey: Map<string, ReadonlyMap<string, readonly Slim[]>>;
  readonly found: Map<Selector, readonly Slim[]>;
}

function find(space: Space, selector: Selector): readonly Slim[] {
  let candidates = space.members;
  let labels = 0;
  for (const key in selector.matchLabels) {
    const sharing = valuesOf(space, key).get(selector.matchLabels[key] ?? '') ?? [];
    if (sharing.length < candidates.length) candidates = sharing;
    labels++;
  }
  const isWhole = labels === 1 && (selector.matchExpressions?.length ?? 0) === 0;
  return isWhole ? candidates : candidates.filter((member) => accepts(selector, member.labels));
}

function valuesOf({ members, byKey }: Space, key: string): ReadonlyMap<string, readonly Slim[]> {
  let values = byKey.get(key);
  if (values === undefined) {
    values = groupByLabel(members, key);
    byKey.set(key, values);
  }
  return values;
}

function groupByLabel(members: readonly Slim[], key: string): Map<string, Slim[]> {
  const values = new Map<string, Slim[]>();
  for (const member of members) {
    const value = member.labels[key];
    if (value === undefined) continue;
    const group = values.get(value);
    if (group) group.push(member);
    else values.set(value, [member]);
  }
  return values;
}
