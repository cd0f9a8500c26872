// What a value can be assigned to: a name, several names, or an attribute of a namespace.

import type { Target } from './nodes.ts';
import { isTupleEnd } from './parse-expression.ts';
import type { TokenStream } from './token-stream.ts';
import { describeToken } from './tokens.ts';

const RESERVED = ['true', 'false', 'none', 'True', 'False', 'None'];

export function parseTarget(
  stream: TokenStream,
  options: { readonly endsAt?: readonly string[]; readonly withMember?: boolean } = {},
): Target {
  const { at } = stream.current;
  const entries: Target[] = [];
  let isTuple = false;
  while (true) {
    if (entries.length > 0) stream.expectOperator(',');
    if (isTupleEnd(stream, options.endsAt ?? [])) break;
    entries.push(parseOne(stream, options.withMember ?? false));
    if (!stream.isOperator(',')) break;
    isTuple = true;
  }
  const [only] = entries;
  if (!isTuple && only !== undefined) return only;
  if (entries.length === 0) throw stream.fail(`Expected an expression, got '${describeToken(stream.current)}'`);
  return { kind: 'tuple', entries, at };
}

export function parseNameTarget(stream: TokenStream): string {
  const { value, at } = stream.expect('name');
  return assignable(stream, value, at);
}

function parseOne(stream: TokenStream, withMember: boolean): Target {
  if (stream.skipOperator('(')) {
    const inner = parseTarget(stream, { withMember });
    stream.expectOperator(')');
    return inner;
  }
  if (stream.current.type !== 'name') throw stream.fail(`can't assign to '${describeToken(stream.current)}'`);
  const { value, at } = stream.next();
  const name = assignable(stream, value, at);
  if (!withMember || !stream.skipOperator('.')) return { kind: 'name', name, at };
  stream.used.at(-1)?.add(name);
  return { kind: 'member', name, attribute: stream.expect('name').value, at };
}

function assignable(stream: TokenStream, name: string, at: number): string {
  if (RESERVED.includes(name)) throw stream.fail(`can't assign to '${name}'`, at);
  return name;
}
