// Expressions by precedence, from `a if b else c` down to unary signs (parser.py of Jinja2 3.1).

import type { CompareOperator, Expression } from './nodes.ts';
import { parseFilterChain, parsePostfix } from './parse-postfix.ts';
import { parsePrimary } from './parse-primary.ts';
import type { TokenStream } from './token-stream.ts';
import { describeToken } from './tokens.ts';

export function parseExpression(stream: TokenStream, withChoice = true): Expression {
  return withChoice ? parseChoice(stream) : parseOr(stream);
}

/** One expression, or several with commas: a tuple. `endsAt` are names that end it. */
export function parseTuple(
  stream: TokenStream,
  options: {
    readonly withChoice?: boolean;
    readonly endsAt?: readonly string[];
    readonly inParentheses?: boolean;
  } = {},
): Expression {
  const { at } = stream.current;
  const entries: Expression[] = [];
  let isTuple = false;
  while (true) {
    if (entries.length > 0) stream.expectOperator(',');
    if (isTupleEnd(stream, options.endsAt ?? [])) break;
    entries.push(parseExpression(stream, options.withChoice ?? true));
    if (!stream.isOperator(',')) break;
    isTuple = true;
  }
  const [only] = entries;
  if (!isTuple && only !== undefined) return only;
  if (!isTuple && options.inParentheses !== true) {
    throw stream.fail(`Expected an expression, got '${describeToken(stream.current)}'`);
  }
  return { kind: 'tuple', entries, at };
}

export function isTupleEnd(stream: TokenStream, endsAt: readonly string[]): boolean {
  const { type } = stream.current;
  return type === 'variable_end' || type === 'block_end' || stream.isOperator(')') || stream.isName(...endsAt);
}

function parseChoice(stream: TokenStream): Expression {
  let then = parseOr(stream);
  while (stream.isName('if')) {
    const { at } = stream.next();
    const test = parseOr(stream);
    const otherwise = stream.skipName('else') ? parseChoice(stream) : undefined;
    then = { kind: 'choice', test, then, otherwise, at };
  }
  return then;
}

function parseOr(stream: TokenStream): Expression {
  let left = parseAnd(stream);
  while (stream.skipName('or')) left = { kind: 'or', left, right: parseAnd(stream), at: left.at };
  return left;
}

function parseAnd(stream: TokenStream): Expression {
  let left = parseNot(stream);
  while (stream.skipName('and')) left = { kind: 'and', left, right: parseNot(stream), at: left.at };
  return left;
}

function parseNot(stream: TokenStream): Expression {
  if (!stream.isName('not')) return parseCompare(stream);
  const { at } = stream.next();
  return { kind: 'unary', operator: 'not', operand: parseNot(stream), at };
}

function parseCompare(stream: TokenStream): Expression {
  const first = parseSum(stream);
  const rest: { operator: CompareOperator; operand: Expression }[] = [];
  for (let operator = compareOperator(stream); operator !== undefined; operator = compareOperator(stream)) {
    rest.push({ operator, operand: parseSum(stream) });
  }
  return rest.length === 0 ? first : { kind: 'compare', first, rest, at: first.at };
}

function compareOperator(stream: TokenStream): CompareOperator | undefined {
  const { type, value } = stream.current;
  if (
    type === 'operator' &&
    (value === '==' || value === '!=' || value === '<' || value === '<=' || value === '>' || value === '>=')
  ) {
    stream.next();
    return value;
  }
  if (stream.skipName('in')) return 'in';
  const isNotIn = stream.isName('not') && stream.following.type === 'name' && stream.following.value === 'in';
  if (!isNotIn) return undefined;
  stream.next();
  stream.next();
  return 'not in';
}

function parseSum(stream: TokenStream): Expression {
  let left = parseConcat(stream);
  while (stream.isOperator('+', '-')) {
    const { value, at } = stream.next();
    left = { kind: 'binary', operator: value === '+' ? '+' : '-', left, right: parseConcat(stream), at };
  }
  return left;
}

function parseConcat(stream: TokenStream): Expression {
  const first = parseProduct(stream);
  const parts = [first];
  while (stream.skipOperator('~')) parts.push(parseProduct(stream));
  return parts.length === 1 ? first : { kind: 'concat', parts, at: first.at };
}

function parseProduct(stream: TokenStream): Expression {
  let left = parsePower(stream);
  while (stream.isOperator('*', '/', '//', '%')) {
    const { value, at } = stream.next();
    const operator = value === '*' ? '*' : value === '/' ? '/' : value === '//' ? '//' : '%';
    left = { kind: 'binary', operator, left, right: parsePower(stream), at };
  }
  return left;
}

function parsePower(stream: TokenStream): Expression {
  let left = parseUnary(stream);
  while (stream.isOperator('**')) {
    const { at } = stream.next();
    left = { kind: 'binary', operator: '**', left, right: parseUnary(stream), at };
  }
  return left;
}

function parseUnary(stream: TokenStream, withFilter = true): Expression {
  const { at } = stream.current;
  const sign = stream.skipOperator('-') ? '-' : stream.skipOperator('+') ? '+' : undefined;
  const operand: Expression =
    sign === undefined
      ? parsePrimary(stream)
      : { kind: 'unary', operator: sign, operand: parseUnary(stream, false), at };
  const whole = parsePostfix(stream, operand);
  return withFilter ? parseFilterChain(stream, whole) : whole;
}
