// The smallest expressions: names, literals, parentheses, lists and dicts.

import type { Expression } from './nodes.ts';
import { parseExpression, parseTuple } from './parse-expression.ts';
import type { TokenStream } from './token-stream.ts';
import { describeToken } from './tokens.ts';

const CONSTANTS: Readonly<Record<string, boolean | null>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
};

export function parsePrimary(stream: TokenStream): Expression {
  const { type, value, number, at } = stream.current;
  if (type === 'name') {
    stream.next();
    if (Object.hasOwn(CONSTANTS, value)) return { kind: 'constant', value: CONSTANTS[value] ?? null, at };
    stream.used.at(-1)?.add(value);
    return { kind: 'name', name: value, at };
  }
  if (type === 'string') {
    let text = '';
    while (stream.current.type === 'string') text += stream.next().value;
    return { kind: 'constant', value: text, at };
  }
  if (number !== undefined) {
    stream.next();
    return { kind: 'constant', value: number, at };
  }
  if (stream.skipOperator('(')) {
    const inner = parseTuple(stream, { inParentheses: true });
    stream.expectOperator(')');
    return inner;
  }
  if (stream.isOperator('[')) return parseList(stream);
  if (stream.isOperator('{')) return parseDict(stream);
  throw stream.fail(type === 'eof' ? 'unexpected end of template' : `unexpected '${describeToken(stream.current)}'`);
}

function parseList(stream: TokenStream): Expression {
  const { at } = stream.expectOperator('[');
  const entries: Expression[] = [];
  while (!stream.isOperator(']')) {
    if (entries.length > 0) stream.expectOperator(',');
    if (stream.isOperator(']')) break;
    entries.push(parseExpression(stream));
  }
  stream.expectOperator(']');
  return { kind: 'list', entries, at };
}

function parseDict(stream: TokenStream): Expression {
  const { at } = stream.expectOperator('{');
  const entries: { key: Expression; value: Expression }[] = [];
  while (!stream.isOperator('}')) {
    if (entries.length > 0) stream.expectOperator(',');
    if (stream.isOperator('}')) break;
    const key = parseExpression(stream);
    stream.expectOperator(':');
    entries.push({ key, value: parseExpression(stream) });
  }
  stream.expectOperator('}');
  return { kind: 'dict', entries, at };
}
