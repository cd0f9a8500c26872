// A whole template: text, prints and statements.

import { normalizeSource, tokenize } from './lexer.ts';
import type { BlockShape, Body, Statement, Template } from './nodes.ts';
import { parseTuple } from './parse-expression.ts';
import { parseStatement } from './parse-statement.ts';
import type { TemplateError } from './template-error.ts';
import { TokenStream } from './token-stream.ts';

/** Parses a template by Jinja2's grammar. Throws TemplateError of kind `syntax`. */
export function parseTemplate(name: string, text: string): Template {
  const source = normalizeSource(text);
  const stream = new TokenStream(name, source, tokenize(name, source));
  const found: Found = { blocks: new Map(), hasExtends: false };
  const body = parseBody(stream, found, []);
  return { name, source, body, ...found };
}

export interface Found {
  readonly blocks: Map<string, BlockShape>;
  hasExtends: boolean;
}

/** Up to one of the `ends` tags, whose name is left as the current token; up to the end of the template where there are none. */
export function parseBody(
  stream: TokenStream,
  found: Found,
  ends: readonly string[],
  opened?: { tag: string; at: number },
): Body {
  const body: Statement[] = [];
  while (stream.current.type !== 'eof') {
    const { type, value, at } = stream.next();
    if (type === 'data') body.push({ kind: 'text', text: value, at });
    else if (type === 'variable_begin') {
      const printed = parseTuple(stream);
      stream.expect('variable_end');
      body.push({ kind: 'print', value: printed, at });
    } else {
      if (stream.isName(...ends)) return body;
      body.push(...parseStatement(stream, found));
      stream.expect('block_end');
    }
  }
  if (ends.length > 0) throw unclosed(stream, ends, opened);
  return body;
}

function unclosed(
  stream: TokenStream,
  ends: readonly string[],
  opened: { tag: string; at: number } | undefined,
): TemplateError {
  const wanted = ends.map((end) => `'${end}'`).join(' or ');
  const hint = opened === undefined ? '' : ` The innermost block that needs to be closed is '${opened.tag}'.`;
  return stream.fail(
    `Unexpected end of template. Jinja was looking for the following tags: ${wanted}.${hint}`,
    opened?.at,
  );
}
