// Tags that reach into other templates: `extends`, `block`, `include`, `import`, `from`.

import { isSpaceText } from '../python/white-space.ts';
import type { Body, Statement } from './nodes.ts';
import { parseExpression } from './parse-expression.ts';
import { bodyUntil } from './parse-statement.ts';
import { parseNameTarget } from './parse-target.ts';
import type { Found } from './parse-template.ts';
import type { TokenStream } from './token-stream.ts';

export function parseBlock(stream: TokenStream, found: Found, at: number): Statement {
  const { value: name, at: nameAt } = stream.expect('name');
  const scoped = stream.skipName('scoped');
  const required = stream.skipName('required');
  // A scoped block hands on what its place sees, `loop` too, whether its own body names it or not.
  if (scoped) stream.used.at(-1)?.add('loop');
  if (stream.isOperator('-')) {
    throw stream.fail(
      'Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.',
    );
  }
  if (found.blocks.has(name)) throw stream.fail(`block '${name}' defined twice`, nameAt);
  const reserved = { name, scoped, required, body: [] };
  found.blocks.set(name, reserved);
  const { body } = stream.watching(() => bodyUntil(stream, found, ['endblock'], 'block', at), false).made;
  if (required && !isBlank(body)) throw stream.fail('Required blocks can only contain comments or whitespace', at);
  stream.skipName(name);
  const block = { ...reserved, body };
  found.blocks.set(name, block);
  return { kind: 'block', block, at };
}

function isBlank(body: Body): boolean {
  return body.every((statement) => statement.kind === 'text' && isSpaceText(statement.text));
}

export function parseExtends(stream: TokenStream, found: Found, at: number): Statement {
  found.hasExtends = true;
  return { kind: 'extends', template: parseExpression(stream), at };
}

export function parseInclude(stream: TokenStream, _found: Found, at: number): Statement {
  const template = parseExpression(stream);
  const ignoreMissing = stream.isName('ignore') && stream.following.value === 'missing';
  if (ignoreMissing) {
    stream.next();
    stream.next();
  }
  return { kind: 'include', template, ignoreMissing, withContext: parseContext(stream) ?? true, at };
}

export function parseImport(stream: TokenStream, _found: Found, at: number): Statement {
  const template = parseExpression(stream);
  stream.expectName('as');
  const name = parseNameTarget(stream);
  return { kind: 'import', template, name, withContext: parseContext(stream) ?? false, at };
}

export function parseFrom(stream: TokenStream, _found: Found, at: number): Statement {
  const template = parseExpression(stream);
  stream.expectName('import');
  const names: { name: string; as: string }[] = [];
  let withContext: boolean | undefined;
  while (true) {
    if (names.length > 0) stream.expectOperator(',');
    withContext = parseContext(stream);
    if (withContext !== undefined) break;
    const name = parseNameTarget(stream);
    if (name.startsWith('_')) throw stream.fail('names starting with an underline can not be imported', at);
    names.push({ name, as: stream.skipName('as') ? parseNameTarget(stream) : name });
    withContext = parseContext(stream);
    if (withContext !== undefined || !stream.isOperator(',')) break;
  }
  return { kind: 'from', template, names, withContext: withContext ?? false, at };
}

function parseContext(stream: TokenStream): boolean | undefined {
  const isContext =
    stream.isName('with', 'without') && stream.following.type === 'name' && stream.following.value === 'context';
  if (!isContext) return undefined;
  const { value } = stream.next();
  stream.next();
  return value === 'with';
}
