// The value of an expression.

import { contains, equals, ordered } from '../python/compare.ts';
import { toArray } from '../python/iterate.ts';
import { call, getAttribute, getItem } from '../python/members.ts';
import { binary, negate, positive } from '../python/operators.ts';
import { orElse } from '../python/or-else.ts';
import { PyError } from '../python/py-error.ts';
import { slice } from '../python/slices.ts';
import { repr, str, truth } from '../python/text.ts';
import { Markup, PyDict, PyTuple, Undefined, type Value } from '../python/values.ts';
import type { Arguments, CompareOperator, Expression } from '../template/nodes.ts';
import type { Frame } from './frame.ts';
import { located } from './locate.ts';

/** Throws TemplateError, placed at the innermost expression that failed. */
export function evaluate(node: Expression, frame: Frame): Value {
  if (node.kind === 'constant') return node.value;
  try {
    return computed(node, frame);
  } catch (error) {
    throw located(error, frame.template, node.at);
  }
}

function computed(node: Exclude<Expression, { kind: 'constant' }>, frame: Frame): Value {
  switch (node.kind) {
    case 'name':
      return orElse(frame.scope.lookUp(node.name), () => undefinedName(node.name, frame));
    case 'attribute':
      return getAttribute(evaluate(node.of, frame), node.name, () => pathOf(node), frame.runtime.strict);
    case 'item':
      return getItem(evaluate(node.of, frame), evaluate(node.key, frame), () => pathOf(node), frame.runtime.strict);
    case 'filter':
      return applyFilter(node, node.input === undefined ? '' : evaluate(node.input, frame), frame);
    case 'test':
      return applyTest(node, frame);
    case 'call': {
      const callee = evaluate(node.callee, frame);
      const { positional, keywords } = argumentsOf(node.args, frame);
      return call(callee, positional, keywords);
    }
    case 'compare':
      return chained(node, frame);
    case 'and': {
      const left = evaluate(node.left, frame);
      return truth(left) ? evaluate(node.right, frame) : left;
    }
    case 'or': {
      const left = evaluate(node.left, frame);
      return truth(left) ? left : evaluate(node.right, frame);
    }
    case 'choice':
      if (truth(evaluate(node.test, frame))) return evaluate(node.then, frame);
      return node.otherwise === undefined ? noElse() : evaluate(node.otherwise, frame);
    case 'concat':
      return node.parts.map((part) => str(evaluate(part, frame))).join('');
    case 'binary':
      return binary(node.operator, evaluate(node.left, frame), evaluate(node.right, frame));
    case 'unary':
      return unary(node.operator, evaluate(node.operand, frame));
    case 'list':
      return node.entries.map((entry) => evaluate(entry, frame));
    case 'tuple':
      return new PyTuple(node.entries.map((entry) => evaluate(entry, frame)));
    case 'dict':
      return PyDict.from(node.entries.map(({ key, value }) => [evaluate(key, frame), evaluate(value, frame)]));
    case 'slice': {
      const of = evaluate(node.of, frame);
      const [start, stop, step] = node.bounds.map((bound) => (bound === undefined ? null : evaluate(bound, frame)));
      return slice(of, start ?? null, stop ?? null, step ?? null);
    }
  }
}

function unary(operator: '-' | '+' | 'not', operand: Value): Value {
  if (operator === 'not') return !truth(operand);
  return operator === '-' ? negate(operand) : positive(operand);
}

function undefinedName(name: string, { scope, runtime }: Frame): Undefined {
  return new Undefined(
    () => ({ message: `${repr(name)} is undefined`, variable: name, known: scope.known() }),
    runtime.strict,
  );
}

function noElse(): Undefined {
  return new Undefined(() => ({
    message: 'the inline if-expression evaluated to false and no else section was defined.',
  }));
}

function chained(node: Extract<Expression, { kind: 'compare' }>, frame: Frame): boolean {
  let left = evaluate(node.first, frame);
  for (const { operator, operand } of node.rest) {
    const right = evaluate(operand, frame);
    if (!holds(operator, left, right)) return false;
    left = right;
  }
  return true;
}

function holds(operator: CompareOperator, left: Value, right: Value): boolean {
  switch (operator) {
    case '==':
      return equals(left, right);
    case '!=':
      return !equals(left, right);
    case 'in':
      return contains(right, left);
    case 'not in':
      return !contains(right, left);
    default:
      return ordered(left, operator, right);
  }
}

/** `node` names the filter; a block's filter has its input from the block. */
export function applyFilter(node: Extract<Expression, { kind: 'filter' }>, input: Value, frame: Frame): Value {
  const filter = frame.runtime.filters.get(node.name);
  if (filter === undefined) throw new PyError('TemplateRuntimeError', `No filter named ${repr(node.name)}.`);
  const { positional, keywords } = argumentsOf(node.args, frame);
  return filter({ input, args: positional, keywords, runtime: frame.runtime });
}

function applyTest(node: Extract<Expression, { kind: 'test' }>, frame: Frame): boolean {
  const test = frame.runtime.tests.get(node.name);
  if (test === undefined) throw new PyError('TemplateRuntimeError', `No test named ${repr(node.name)}.`);
  const input = evaluate(node.input, frame);
  const { positional, keywords } = argumentsOf(node.args, frame);
  return test({ input, args: positional, keywords, runtime: frame.runtime });
}

export function argumentsOf(args: Arguments, frame: Frame): { positional: Value[]; keywords: Map<string, Value> } {
  const positional = args.positional.map((argument) => evaluate(argument, frame));
  const keywords = new Map<string, Value>();
  for (const { name, value } of args.keywords) keywords.set(name, evaluate(value, frame));
  if (args.rest !== undefined) positional.push(...toArray(evaluate(args.rest, frame)));
  if (args.restKeywords !== undefined) {
    const more = evaluate(args.restKeywords, frame);
    if (!(more instanceof PyDict)) throw new PyError('TypeError', 'argument after ** must be a mapping');
    for (const [key, value] of more.entries()) {
      if (typeof key !== 'string' && !(key instanceof Markup))
        throw new PyError('TypeError', 'keywords must be strings');
      keywords.set(str(key), value);
    }
  }
  return { positional, keywords };
}

/** How the template writes it: `vars.db['host']`. */
function pathOf(node: Expression): string {
  if (node.kind === 'name') return node.name;
  if (node.kind === 'attribute') return `${pathOf(node.of)}.${node.name}`;
  if (node.kind === 'item')
    return `${pathOf(node.of)}[${node.key.kind === 'constant' ? repr(node.key.value) : pathOf(node.key)}]`;
  return '…';
}
