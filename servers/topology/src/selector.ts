// What a label selector matches, through an index per namespace and label.

import type { Selector, Slim } from '@mosaic/wire';

type Labelled = Pick<Slim, 'labels'>;

/** As Kubernetes' LabelSelector, but an empty one matches nothing. */
export function matches(selector: Selector, { labels }: Labelled): boolean {
  if (isEmpty(selector)) return false;
  for (const key in selector.matchLabels) if (labels[key] !== selector.matchLabels[key]) return false;
  return (selector.matchExpressions ?? []).every((expression) => holds(expression, labels));
}

const isEmpty = ({ matchLabels, matchExpressions }: Selector): boolean =>
  (matchExpressions === undefined || matchExpressions.length === 0) &&
  (matchLabels === undefined || Object.keys(matchLabels).length === 0);

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
  const byLabel = new Map<string, Map<string, Slim[]>>();
  const valuesOf = (namespace: string, key: string): Map<string, Slim[]> => {
    const name = `${namespace}\n${key}`;
    let values = byLabel.get(name);
    if (values === undefined) {
      values = groupByLabel(members.get(namespace) ?? [], key);
      byLabel.set(name, values);
    }
    return values;
  };
  return (namespace: string, selector: Selector): readonly Slim[] => {
    if (isEmpty(selector)) return [];
    let candidates = members.get(namespace) ?? [];
    for (const key in selector.matchLabels) {
      const sharing = valuesOf(namespace, key).get(selector.matchLabels[key] ?? '') ?? [];
      if (sharing.length < candidates.length) candidates = sharing;
    }
    return candidates.filter((member) => matches(selector, member));
  };
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
