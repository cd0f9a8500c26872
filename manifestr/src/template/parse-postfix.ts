// What follows a value: `.name`, `[key]`, `(arguments)`, `| filter`, `is test`.

import type { Arguments, Expression } from './nodes.ts';
import { parseExpression } from './parse-expression.ts';
import { parsePrimary } from './parse-primary.ts';
import type { TokenStream } from './token-stream.ts';

const NOTHING: Arguments = { positional: [], keywords: [], rest: undefined, restKeywords: undefined };

export function parsePostfix(stream: TokenStream, start: Expression): Expression {
  let node = start;
  while (true) {
    if (stream.isOperator('.')) node = parseMember(stream, node);
    else if (stream.isOperator('[')) node = parseSubscript(stream, node);
    else if (stream.isOperator('(')) node = { kind: 'call', callee: node, args: parseArguments(stream), at: node.at };
    else return node;
  }
}

export function parseFilterChain(stream: TokenStream, start: Expression): Expression {
  let node = start;
  while (true) {
    if (stream.skipOperator('|')) node = parseFilter(stream, node);
    else if (stream.isName('is')) node = parseTest(stream, node);
    else if (stream.isOperator('(')) node = { kind: 'call', callee: node, args: parseArguments(stream), at: node.at };
    else return node;
  }
}

/** After the `|`: a name and its arguments. Without `input` it is the filter of a block. */
export function parseFilter(
  stream: TokenStream,
  input: Expression | undefined,
): Extract<Expression, { kind: 'filter' }> {
  const { at } = stream.current;
  const name = parseDottedName(stream);
  const args = stream.isOperator('(') ? parseArguments(stream) : NOTHING;
  return { kind: 'filter', input, name, args, at };
}

function parseDottedName(stream: TokenStream): string {
  let name = stream.expect('name').value;
  while (stream.skipOperator('.')) name += `.${stream.expect('name').value}`;
  return name;
}

function parseTest(stream: TokenStream, input: Expression): Expression {
  stream.expectName('is');
  const negated = stream.skipName('not');
  const { at } = stream.current;
  const name = parseDottedName(stream);
  const test: Expression = { kind: 'test', input, name, args: parseTestArguments(stream), at };
  return negated ? { kind: 'unary', operator: 'not', operand: test, at } : test;
}

function parseTestArguments(stream: TokenStream): Arguments {
  if (stream.isOperator('(')) return parseArguments(stream);
  const { type } = stream.current;
  const startsValue =
    type === 'name' || type === 'string' || type === 'integer' || type === 'float' || stream.isOperator('[', '{');
  if (!startsValue || stream.isName('else', 'or', 'and')) return NOTHING;
  if (stream.isName('is')) throw stream.fail('You cannot chain multiple tests with is');
  return { ...NOTHING, positional: [parsePostfix(stream, parsePrimary(stream))] };
}

function parseMember(stream: TokenStream, of: Expression): Expression {
  stream.next();
  const { type, value, number, at } = stream.next();
  if (type === 'name') return { kind: 'attribute', of, name: value, at: of.at };
  if (type !== 'integer' || number === undefined) throw stream.fail('expected name or number', at);
  return { kind: 'item', of, key: { kind: 'constant', value: number, at }, at: of.at };
}

function parseSubscript(stream: TokenStream, of: Expression): Expression {
  const { at } = stream.expectOperator('[');
  const keys: (Expression | readonly (Expression | undefined)[])[] = [];
  while (!stream.isOperator(']')) {
    if (keys.length > 0) stream.expectOperator(',');
    keys.push(parseKey(stream));
  }
  stream.expectOperator(']');
  const [only] = keys;
  if (keys.length === 1 && only !== undefined) {
    return 'kind' in only ? { kind: 'item', of, key: only, at: of.at } : { kind: 'slice', of, bounds: only, at: of.at };
  }
  const entries = keys.map((key) => {
    if ('kind' in key) return key;
    throw stream.fail('a slice cannot stand in a tuple of keys', at);
  });
  return { kind: 'item', of, key: { kind: 'tuple', entries, at }, at: of.at };
}

function parseKey(stream: TokenStream): Expression | readonly (Expression | undefined)[] {
  const start = stream.isOperator(':') ? undefined : parseExpression(stream);
  if (start !== undefined && !stream.isOperator(':')) return start;
  stream.expectOperator(':');
  const stop = stream.isOperator(':', ']', ',') ? undefined : parseExpression(stream);
  const step = stream.skipOperator(':') && !stream.isOperator(']', ',') ? parseExpression(stream) : undefined;
  return [start, stop, step];
}

export function parseArguments(stream: TokenStream): Arguments {
  const { at } = stream.expectOperator('(');
  const positional: Expression[] = [];
  const keywords: { name: string; value: Expression }[] = [];
  let rest: Expression | undefined;
  let restKeywords: Expression | undefined;
  const ensure = (holds: boolean): void => {
    if (!holds) throw stream.fail('invalid syntax for function call expression', at);
  };
  for (let first = true; !stream.isOperator(')'); first = false) {
    if (!first) stream.expectOperator(',');
    if (stream.isOperator(')')) break;
    if (stream.skipOperator('*')) {
      ensure(rest === undefined && restKeywords === undefined);
      rest = parseExpression(stream);
    } else if (stream.skipOperator('**')) {
      ensure(restKeywords === undefined);
      restKeywords = parseExpression(stream);
    } else if (
      stream.current.type === 'name' &&
      stream.following.type === 'operator' &&
      stream.following.value === '='
    ) {
      ensure(restKeywords === undefined);
      const name = stream.next().value;
      stream.next();
      keywords.push({ name, value: parseExpression(stream) });
    } else {
      ensure(rest === undefined && restKeywords === undefined && keywords.length === 0);
      positional.push(parseExpression(stream));
    }
  }
  stream.expectOperator(')');
  return { positional, keywords, rest, restKeywords };
}
