// Filters over text: case, indent, trim, replace, truncate and the like.

import { integer } from '../python/bind.ts';
import { codePointLength, codePoints } from '../python/code-points.ts';
import { formatPercent } from '../python/format-percent.ts';
import { escapeHtml, stripTags } from '../python/html.ts';
import { length } from '../python/iterate.ts';
import { STRING_METHODS } from '../python/methods-of-string.ts';
import { binary } from '../python/operators.ts';
import { PyError } from '../python/py-error.ts';
import { capitalize } from '../python/string-case.ts';
import { replaceText, strip } from '../python/string-search.ts';
import { str, truth, undefinedError } from '../python/text.ts';
import { typeName } from '../python/type-name.ts';
import { Markup, PyDict, PyTuple, Undefined, type Value } from '../python/values.ts';
import { SPACE, splitLines } from '../python/white-space.ts';
import type { Filter } from '../runtime/runtime.ts';
import { filter } from './define.ts';
import { wrap } from './wrap.ts';

const WORD_STARTS = new RegExp(`((?:[-({\\[<]|${SPACE})+)`);

/** Not as str.capitalize(): Jinja puts the first letter in upper case, not in title case. */
function upperFirst(word: string): string {
  const [first = '', ...rest] = codePoints(word);
  return first.toUpperCase() + rest.join('').toLowerCase();
}

/** As Jinja's soft_str: safe text stays safe. */
function keeping(value: Value, change: (text: string) => string): Value {
  return value instanceof Markup ? new Markup(change(value.text)) : change(str(value));
}

export const TEXT_FILTERS: readonly (readonly [string, Filter])[] = [
  filter('string', '', 0, (input) => (input instanceof Markup ? input : str(input))),
  filter('upper', '', 0, (input) => keeping(input, (text) => text.toUpperCase())),
  filter('lower', '', 0, (input) => keeping(input, (text) => text.toLowerCase())),
  filter('capitalize', '', 0, (input) => keeping(input, capitalize)),
  filter('title', '', 0, (input) => str(input).split(WORD_STARTS).map(upperFirst).join('')),
  filter('trim', 'chars', 0, (input, [chars]) => keeping(input, (text) => strip(text, chars, 'both'))),
  filter('center', 'width', 0, (input, [width]) =>
    keeping(input, (text) => str(STRING_METHODS.center?.(text, [width ?? 80n], new Map()) ?? text)),
  ),
  filter('replace', 'old new count', 2, (input, [old = null, fresh = null, count]) =>
    replaceText(str(input), str(old), str(fresh), count === null ? -1 : integer(count, -1)),
  ),
  ['format', format],
  filter('indent', 'width first blank', 0, (input, [width = 4n, first = false, blank = false]) =>
    indent(input, width, truth(first), truth(blank)),
  ),
  filter('truncate', 'length killwords end leeway', 0, truncate),
  filter('wordcount', '', 0, (input) => BigInt(str(input).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0)),
  filter(
    'wordwrap',
    'width break_long_words wrapstring break_on_hyphens',
    0,
    (input, [width, long = true, joint, hyphens = true]) => {
      const separator = joint === undefined || joint === null ? '\n' : str(joint);
      if (integer(width, 79) <= 0 && str(input) !== '')
        throw new PyError('ValueError', `invalid width ${integer(width, 79)} (must be > 0)`);
      const rules = { width: integer(width, 79), breakLongWords: truth(long), breakOnHyphens: truth(hyphens) };
      if (typeof input !== 'string' && !(input instanceof Markup)) throw noLines(input);
      return splitLines(str(input))
        .map((line) => wrap(line, rules).join(separator))
        .join(separator);
    },
  ),
  filter('striptags', '', 0, (input) => stripTags(str(input))),
  filter('escape', '', 0, (input) => (input instanceof Markup ? input : new Markup(escapeHtml(str(input))))),
  filter('e', '', 0, (input) => (input instanceof Markup ? input : new Markup(escapeHtml(str(input))))),
  filter('forceescape', '', 0, (input) => new Markup(escapeHtml(str(input)))),
  filter('safe', '', 0, (input) => new Markup(str(input))),
];

function noLines(input: Value): PyError {
  if (input instanceof Undefined) return undefinedError(input);
  return new PyError('AttributeError', `'${typeName(input)}' object has no attribute 'splitlines'`);
}

function format({ input, args, keywords }: Parameters<Filter>[0]): Value {
  if (args.length > 0 && keywords.size > 0) {
    throw new PyError('FilterArgumentError', "can't handle positional and keyword arguments at the same time");
  }
  const pattern = input instanceof Markup ? input : str(input);
  return formatPercent(pattern, keywords.size > 0 ? PyDict.from(keywords) : new PyTuple(args));
}

function indent(input: Value, width: Value, first: boolean, blank: boolean): Value {
  const margin = typeof width === 'string' ? width : ' '.repeat(Math.max(0, integer(width, 4)));
  const whole = binary('+', input, input instanceof Markup ? new Markup('\n') : '\n');
  const lines = splitLines(str(whole));
  const [head = '', ...rest] = lines;
  const indented = [head, ...rest.map((line) => (blank || line !== '' ? margin + line : line))].join('\n');
  const text = first ? margin + indented : indented;
  return input instanceof Markup ? new Markup(text) : text;
}

function truncate(input: Value, [limit, killWords = false, ending, leeway]: readonly (Value | undefined)[]): Value {
  const most = integer(limit, 255);
  const end = ending === undefined ? '...' : str(ending);
  if (most < codePointLength(end)) {
    throw new PyError('ValueError', `expected length >= ${codePointLength(end)}, got ${most}`);
  }
  const spare = leeway === null ? 5 : integer(leeway, 5);
  if (spare < 0) throw new PyError('ValueError', `expected leeway >= 0, got ${spare}`);
  if (length(input) <= most + spare) return input;
  const cut = codePoints(str(input))
    .slice(0, most - codePointLength(end))
    .join('');
  if (truth(killWords)) return cut + end;
  const blank = cut.lastIndexOf(' ');
  return (blank < 0 ? cut : cut.slice(0, blank)) + end;
}
