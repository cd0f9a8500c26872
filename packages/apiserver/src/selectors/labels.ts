// Label selectors: `a=b,c!=d,e in (f,g),h notin (i),j,!k`, as Kubernetes parses them.
import { badRequest } from '../port.ts';

export type LabelTest = (labels: Readonly<Record<string, string>>) => boolean;

interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | 'missing' | 'gt' | 'lt';
  readonly values: readonly string[];
}

const MOST_CHARS = 16_384;
const KEY = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

/** A test for labels, or `undefined` when the selector selects everything. Throws 400 for what cannot be read. */
export function labelTest(selector: string | null | undefined): LabelTest | undefined {
  const text = selector?.trim() ?? '';
  if (text === '') return undefined;
  if (text.length > MOST_CHARS) throw badRequest(`a label selector may have ${MOST_CHARS} characters`);
  const requirements = splitOutsideBrackets(text).map(requirementOf);
  return (labels) => requirements.every((requirement) => meets(labels, requirement));
}

function splitOutsideBrackets(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')') depth--;
    if (text[i] !== ',' || depth > 0) continue;
    parts.push(text.slice(from, i));
    from = i + 1;
  }
  return [...parts, text.slice(from)].map((part) => part.trim());
}

function requirementOf(part: string): Requirement {
  const set = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(part);
  if (set !== null) {
    const [, key = '', operator, values = ''] = set;
    return requirement(
      part,
      key,
      operator === 'in' ? 'in' : 'notin',
      values.split(',').map((value) => value.trim()),
    );
  }
  const compared = /^([^=!<>\s]+)\s*(==|=|!=|>|<)\s*(\S*)$/.exec(part);
  if (compared !== null) {
    const [, key = '', operator = '', value = ''] = compared;
    return requirement(part, key, COMPARISONS[operator] ?? 'in', [value]);
  }
  if (part.startsWith('!')) return requirement(part, part.slice(1).trim(), 'missing', []);
  return requirement(part, part, 'exists', []);
}

const COMPARISONS: Readonly<Record<string, Requirement['operator']>> = {
  '=': 'in',
  '==': 'in',
  '!=': 'notin',
  '>': 'gt',
  '<': 'lt',
};

function requirement(
  part: string,
  key: string,
  operator: Requirement['operator'],
  values: readonly string[],
): Requirement {
  if (!KEY.test(key)) throw unreadable(part, `${JSON.stringify(key)} is not a label key`);
  for (const value of values)
    if (!VALUE.test(value) || value.length > 63)
      throw unreadable(part, `${JSON.stringify(value)} is not a label value`);
  if ((operator === 'gt' || operator === 'lt') && !/^-?\d+$/.test(values[0] ?? ''))
    throw unreadable(part, `for > and < the value must be an integer, not ${JSON.stringify(values[0])}`);
  return { key, operator, values };
}

const unreadable = (part: string, why: string) =>
  badRequest(`unable to parse requirement: ${why} (in ${JSON.stringify(part)})`);

function meets(labels: Readonly<Record<string, string>>, { key, operator, values }: Requirement): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  const [bound = ''] = values;
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case 'missing':
      return value === undefined;
    case 'in':
      return value !== undefined && values.includes(value);
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'gt':
      return value !== undefined && Number(value) > Number(bound);
    case 'lt':
      return value !== undefined && Number(value) < Number(bound);
  }
}

/** The same question asked by an object: `{ matchLabels, matchExpressions }`. */
export function matchesSelector(
  selector: {
    readonly matchLabels?: Readonly<Record<string, string>>;
    readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
  },
  labels: Readonly<Record<string, string>>,
): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return equal && (selector.matchExpressions ?? []).every((each) => meets(labels, expressionOf(each)));
}

const EXPRESSIONS: Readonly<Record<string, Requirement['operator']>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: 'missing',
};

const expressionOf = (each: { key: string; operator: string; values?: readonly string[] }): Requirement => ({
  key: each.key,
  operator: EXPRESSIONS[each.operator] ?? 'in',
  values: each.values ?? [],
});
