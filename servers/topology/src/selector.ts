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
  const find = (namespace: string, selector: Selector): readonly Slim[] => {
    if (isEmpty(selector)) return [];
    let candidates = members.get(namespace) ?? [];
    let labels = 0;
    for (const key in selector.matchLabels) {
      const sharing = valuesOf(namespace, key).get(selector.matchLabels[key] ?? '') ?? [];
      if (sharing.length < candidates.length) candidates = sharing;
      labels++;
    }
    const isWhole = labels === 1 && (selector.matchExpressions?.length ?? 0) === 0;
    return isWhole ? candidates : candidates.filter((member) => matches(selector, member));
  };
  const found = new Map<Selector, Map<string, readonly Slim[]>>();
  return (namespace: string, selector: Selector): readonly Slim[] => {
    const byNamespace = found.get(selector) ?? new Map<string, readonly Slim[]>();
    found.set(selector, byNamespace);
    const known = byNamespace.get(namespace) ?? find(namespace, selector);
    byNamespace.set(namespace, known);
    return known;
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
