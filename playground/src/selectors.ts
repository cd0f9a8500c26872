// Label selectors on what the controllers look for.

import type { LabelSelector, Labels } from './types.ts';

const NONE: Labels = {};

export function matchesLabels(wanted: Labels, labels: Labels = NONE): boolean {
  for (const key in wanted) if (labels[key] !== wanted[key]) return false;
  return true;
}

/** As Kubernetes has it, except that an empty selector matches nothing: no controller here means everything. */
export function matches(selector: LabelSelector | undefined, labels: Labels = NONE): boolean {
  const { matchLabels = NONE, matchExpressions = [] } = selector ?? {};
  if (Object.keys(matchLabels).length + matchExpressions.length === 0) return false;
  return matchesLabels(matchLabels, labels) && matchExpressions.every((one) => holds(one, labels));
}

function holds({ key, operator, values = [] }: NonNullable<LabelSelector['matchExpressions']>[number], labels: Labels) {
  const value = labels[key];
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  if (operator === 'In') return value !== undefined && values.includes(value);
  return value === undefined || !values.includes(value);
}
