// The JSONPath of printer columns: fields, indexes, `[*]`, negative indexes and `[?(@.a=="b")]`, as kubectl's own small dialect.
import { at, isRecord } from '../json.ts';

type Step =
  | { readonly take: 'field'; readonly name: string }
  | { readonly take: 'index'; readonly index: number }
  | { readonly take: 'all' }
  | { readonly take: 'deep'; readonly name: string }
  | { readonly take: 'where'; readonly path: readonly string[]; readonly operator: string; readonly value: unknown };

const MOST_CHARS = 1_000;
const STEP =
  /\.\.([\w-]+)|\.((?:\\.|[^.[\]\\])+)|\[\s*(-?\d+)\s*\]|\[\s*\*\s*\]|\.\*|\[\s*(?:'([^']*)'|"([^"]*)")\s*\]|\[\?\(\s*@((?:\.(?:\\.|[^.\s=!<>)\\])+)+)\s*(?:(==|!=|<=|>=|<|>)\s*("[^"]*"|'[^']*'|[^)\s]+)\s*)?\)\]/gy;

/** All values a path leads to; `undefined` when the path cannot be read. */
export function jsonPath(path: string): ((value: unknown) => readonly unknown[]) | undefined {
  const text = path
    .trim()
    .replace(/^\{(.*)\}$/, '$1')
    .replace(/^\$/, '');
  const written = text.startsWith('.') || text.startsWith('[') ? text : `.${text}`;
  if (written.length > MOST_CHARS) return undefined;
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < written.length) {
    const match = STEP.exec(written);
    if (match === null) return undefined;
    steps.push(stepOf(match));
  }
  return (value) =>
    steps.reduce<readonly unknown[]>((here, step) => here.flatMap((each) => follow(each, step)), [value]);
}

function stepOf([whole, deep, field, index, single, double, where, operator, value]: RegExpExecArray): Step {
  if (deep !== undefined) return { take: 'deep', name: deep };
  if (whole === '.*' || /^\[\s*\*/.test(whole)) return { take: 'all' };
  if (index !== undefined) return { take: 'index', index: Number(index) };
  if (where !== undefined) {
    return { take: 'where', path: fieldsOf(where), operator: operator ?? 'exists', value: literal(value ?? '') };
  }
  return { take: 'field', name: unquoted(field ?? single ?? double ?? '') };
}

const unquoted = (text: string): string => text.replaceAll(/\\(.)/g, '$1');
const fieldsOf = (path: string): readonly string[] => (path.match(/(?:\\.|[^.\\])+/g) ?? []).map(unquoted);

function literal(text: string): unknown {
  const quoted = /^(["'])(.*)\1$/.exec(text);
  if (quoted !== null) return quoted[2];
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}

function follow(value: unknown, step: Step): readonly unknown[] {
  switch (step.take) {
    case 'field':
      return isRecord(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
    case 'index':
      return Array.isArray(value) ? [value.at(step.index)].filter((each) => each !== undefined) : [];
    case 'all':
      return Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [];
    case 'deep':
      return deep(value, step.name);
    case 'where':
      return Array.isArray(value) ? value.filter((each) => holds(at(each, ...step.path), step)) : [];
  }
}

function deep(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((each) => deep(each, name));
  if (!isRecord(value)) return [];
  const own = Object.hasOwn(value, name) ? [value[name]] : [];
  return [...own, ...Object.values(value).flatMap((each) => deep(each, name))];
}

function holds(is: unknown, { operator, value }: { readonly operator: string; readonly value: unknown }): boolean {
  if (operator === 'exists') return is !== undefined;
  if (operator === '==') return is === value;
  if (operator === '!=') return is !== value;
  if (typeof is !== typeof value || (typeof is !== 'number' && typeof is !== 'string')) return false;
  // Both are numbers or both are strings here: the comparison is theirs.
  const other = value as typeof is;
  if (operator === '<') return is < other;
  if (operator === '<=') return is <= other;
  return operator === '>' ? is > other : is >= other;
}
