// A template's text into tokens, with Jinja2's rules for white space around tags (lexer.py of Jinja2 3.1).

import { SPACE, stripEnd } from '../python/white-space.ts';
import { unescapeString } from './string-literal.ts';
import { TemplateError } from './template-error.ts';
import type { Token, TokenType } from './tokens.ts';

const ROOT = new RegExp(`\\{%([-+]?)${SPACE}*raw${SPACE}*(?:-%\\}${SPACE}*|%\\})|(\\{[%#{])([-+]?)`, 'g');
const RAW_END = new RegExp(`\\{%([-+]?)${SPACE}*endraw${SPACE}*(?:\\+%\\}|-%\\}${SPACE}*|%\\})`, 'g');
const COMMENT_END = new RegExp(`\\+#\\}|-#\\}${SPACE}*|#\\}`, 'g');
const BLOCK_END = new RegExp(`(?:\\+%\\}|-%\\}${SPACE}*|%\\})`, 'y');
const VARIABLE_END = new RegExp(`-\\}\\}${SPACE}*|\\}\\}`, 'y');
const BLANK = new RegExp(`${SPACE}+`, 'y');
const FLOAT = /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
const INTEGER = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const NAME = /[\p{L}\p{N}\p{Pc}\p{M}]+/uy;
const IDENTIFIER = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$/u;
const STRING = /'[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y;
const OPERATOR = /\*\*|\/\/|==|!=|>=|<=|[-+/*%~[\](){}<>=.:|,;]/y;
const CLOSES: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The text Jinja2 works on: `\n` line ends, and one trailing line end dropped. */
export function normalizeSource(text: string): string {
  const unix = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  return unix.endsWith('\n') ? unix.slice(0, -1) : unix;
}

/** `source` is normalized. Throws TemplateError. */
export function tokenize(template: string, source: string): Token[] {
  const tokens: Token[] = [];
  const fail = (message: string, at: number) => new TemplateError('syntax', message, { template, source, at });
  let position = 0;
  while (position < source.length) {
    ROOT.lastIndex = position;
    const tag = ROOT.exec(source);
    if (tag === null) {
      tokens.push({ type: 'data', value: source.slice(position), at: position });
      break;
    }
    const sign = tag[2] === undefined ? tag[1] : tag[3];
    const text = source.slice(position, tag.index);
    const data = sign === '-' ? stripEnd(text) : text;
    if (data !== '') tokens.push({ type: 'data', value: data, at: position });
    position = tag.index + tag[0].length;
    if (tag[2] === undefined) position = rawText(tag.index);
    else if (tag[2] === '{#') position = commentEnd(tag.index);
    else position = expressions(tag[2] === '{{' ? 'variable' : 'block', tag.index);
  }
  tokens.push({ type: 'eof', value: '', at: source.length });
  return tokens;

  function rawText(opened: number): number {
    RAW_END.lastIndex = position;
    const end = RAW_END.exec(source);
    if (end === null) throw fail('Missing end of raw directive', opened);
    const body = source.slice(position, end.index);
    const kept = end[1] === '-' ? stripEnd(body) : body;
    if (kept !== '') tokens.push({ type: 'data', value: kept, at: position });
    return RAW_END.lastIndex;
  }

  function commentEnd(opened: number): number {
    COMMENT_END.lastIndex = position;
    if (COMMENT_END.exec(source) === null) throw fail('Missing end of comment tag', opened);
    return COMMENT_END.lastIndex;
  }

  function expressions(kind: 'variable' | 'block', opened: number): number {
    tokens.push({ type: `${kind}_begin`, value: '', at: opened });
    const closing = kind === 'variable' ? VARIABLE_END : BLOCK_END;
    const open: string[] = [];
    let at = position;
    while (at < source.length) {
      const end = open.length === 0 ? matchAt(closing, source, at) : undefined;
      if (end !== undefined) {
        tokens.push({ type: `${kind}_end`, value: '', at });
        return at + end.length;
      }
      at = word(at, open);
    }
    return at;
  }

  function word(at: number, open: string[]): number {
    const push = (type: TokenType, text: string, value: string, number?: bigint | number): number => {
      tokens.push(number === undefined ? { type, value, at } : { type, value, number, at });
      return at + text.length;
    };
    const blank = matchAt(BLANK, source, at);
    if (blank !== undefined) return at + blank.length;
    const float = matchAt(FLOAT, source, at);
    if (float !== undefined) return push('float', float, float, Number(float.replaceAll('_', '')));
    const integer = matchAt(INTEGER, source, at);
    if (integer !== undefined)
      return push('integer', integer, integer, BigInt(integer.replaceAll('_', '').toLowerCase()));
    const name = matchAt(NAME, source, at);
    if (name !== undefined) {
      if (!IDENTIFIER.test(name)) throw fail('Invalid character in identifier', at);
      return push('name', name, name);
    }
    const quoted = matchAt(STRING, source, at);
    if (quoted !== undefined) return push('string', quoted, decoded(quoted, at));
    const operator = matchAt(OPERATOR, source, at);
    if (operator === undefined) throw fail(`unexpected char '${source[at]}'`, at);
    balance(operator, at, open);
    return push('operator', operator, operator);
  }

  function decoded(quoted: string, at: number): string {
    try {
      return unescapeString(quoted.slice(1, -1));
    } catch (error) {
      throw fail(error instanceof Error ? error.message : String(error), at);
    }
  }

  function balance(operator: string, at: number, open: string[]): void {
    const closes = CLOSES[operator];
    if (closes !== undefined) open.push(closes);
    if (operator !== ')' && operator !== ']' && operator !== '}') return;
    const expected = open.pop();
    if (expected === undefined) throw fail(`unexpected '${operator}'`, at);
    if (expected !== operator) throw fail(`unexpected '${operator}', expected '${expected}'`, at);
  }
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}
