// The tags: `if`, `for`, `set`, `with`, `filter`, `print`, and which file reads the others.

import type { Expression, Statement, Target } from './nodes.ts';
import { parseExpression, parseTuple } from './parse-expression.ts';
import { parseCallBlock, parseMacro } from './parse-macro.ts';
import { parseFilter } from './parse-postfix.ts';
import { parseBlock, parseExtends, parseFrom, parseImport, parseInclude } from './parse-reuse.ts';
import { parseTarget } from './parse-target.ts';
import { type Found, parseBody } from './parse-template.ts';
import type { TokenStream } from './token-stream.ts';

export type TagParser = (stream: TokenStream, found: Found, at: number) => Statement | readonly Statement[];

const TAGS: Readonly<Record<string, TagParser>> = {
  if: parseIf,
  for: parseFor,
  set: parseSet,
  with: parseWith,
  filter: parseFilterBlock,
  print: parsePrint,
  autoescape: parseAutoescape,
  macro: parseMacro,
  call: parseCallBlock,
  block: parseBlock,
  extends: parseExtends,
  include: parseInclude,
  import: parseImport,
  from: parseFrom,
};

export function parseStatement(stream: TokenStream, found: Found): readonly Statement[] {
  const { type, value, at } = stream.current;
  if (type !== 'name') throw stream.fail('tag name expected');
  const parse = Object.hasOwn(TAGS, value) ? TAGS[value] : undefined;
  if (parse === undefined) throw stream.fail(`Encountered unknown tag '${value}'.`);
  stream.next();
  const made = parse(stream, found, at);
  return 'kind' in made ? [made] : made;
}

/** The body of a tag: after its `%}` up to one of `ends`, whose name is consumed and returned. */
export function bodyUntil(stream: TokenStream, found: Found, ends: readonly string[], tag: string, at: number) {
  stream.skipOperator(':');
  stream.expect('block_end');
  const body = parseBody(stream, found, ends, { tag, at });
  return { body, end: stream.next().value };
}

function parseIf(stream: TokenStream, found: Found, at: number): Statement {
  const branches: { test: Expression; body: readonly Statement[] }[] = [];
  while (true) {
    const test = parseTuple(stream, { withChoice: false });
    const { body, end } = bodyUntil(stream, found, ['elif', 'else', 'endif'], 'if', at);
    branches.push({ test, body });
    if (end === 'elif') continue;
    const otherwise = end === 'else' ? bodyUntil(stream, found, ['endif'], 'if', at).body : [];
    return { kind: 'if', branches, otherwise, at };
  }
}

function parseFor(stream: TokenStream, found: Found, at: number): Statement {
  const target = parseTarget(stream, { endsAt: ['in'] });
  refuseLoop(stream, target);
  stream.expectName('in');
  const over = parseTuple(stream, { withChoice: false, endsAt: ['recursive'] });
  const test = stream.skipName('if') ? parseExpression(stream) : undefined;
  const recursive = stream.skipName('recursive');
  const { made, names } = stream.watching(() => bodyUntil(stream, found, ['endfor', 'else'], 'for', at));
  const otherwise = made.end === 'else' ? bodyUntil(stream, found, ['endfor'], 'for', at).body : [];
  const usesLoop = recursive || names.has('loop');
  return { kind: 'for', target, over, test, recursive, usesLoop, body: made.body, otherwise, at };
}

function refuseLoop(stream: TokenStream, target: Target): void {
  if (target.kind === 'tuple') for (const entry of target.entries) refuseLoop(stream, entry);
  else if (target.name === 'loop')
    throw stream.fail("Can't assign to special loop variable in for-loop target", target.at);
}

function parseSet(stream: TokenStream, found: Found, at: number): Statement {
  const target = parseTarget(stream, { withMember: true });
  if (stream.skipOperator('=')) return { kind: 'set', target, value: parseTuple(stream), at };
  let filter: Extract<Expression, { kind: 'filter' }> | undefined;
  while (stream.skipOperator('|')) filter = parseFilter(stream, filter);
  return { kind: 'capture', target, filter, body: bodyUntil(stream, found, ['endset'], 'set', at).body, at };
}

function parseWith(stream: TokenStream, found: Found, at: number): Statement {
  const targets: Target[] = [];
  const values: Expression[] = [];
  while (stream.current.type !== 'block_end') {
    if (targets.length > 0) stream.expectOperator(',');
    targets.push(parseTarget(stream));
    stream.expectOperator('=');
    values.push(parseExpression(stream));
  }
  return { kind: 'with', targets, values, body: bodyUntil(stream, found, ['endwith'], 'with', at).body, at };
}

function parseFilterBlock(stream: TokenStream, found: Found, at: number): Statement {
  let filter = parseFilter(stream, undefined);
  while (stream.skipOperator('|')) filter = parseFilter(stream, filter);
  return { kind: 'filter', filter, body: bodyUntil(stream, found, ['endfilter'], 'filter', at).body, at };
}

function parsePrint(stream: TokenStream): readonly Statement[] {
  const printed: Statement[] = [];
  while (stream.current.type !== 'block_end') {
    if (printed.length > 0) stream.expectOperator(',');
    const value = parseExpression(stream);
    printed.push({ kind: 'print', value, at: value.at });
  }
  return printed;
}

function parseAutoescape(stream: TokenStream, found: Found, at: number): Statement {
  const wanted = parseExpression(stream);
  if (wanted.kind !== 'constant' || wanted.value !== false)
    throw stream.fail('manifests are never escaped: only `autoescape false`', at);
  return { kind: 'scope', body: bodyUntil(stream, found, ['endautoescape'], 'autoescape', at).body, at };
}
