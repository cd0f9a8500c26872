// Methods of str.

import { bind, integer } from './bind.ts';
import { codePointLength } from './code-points.ts';
import { callFields, formatFields, mapFields } from './format-fields.ts';
import { toArray } from './iterate.ts';
import type { Methods } from './methods.ts';
import { PyError } from './py-error.ts';
import { capitalize, caseFold, IS_METHODS, swapCase, titleCase } from './string-case.ts';
import { count, find, replaceText, split, strip, translate, translateTabs, windowOf } from './string-search.ts';
import { str, truth } from './text.ts';
import { typeName } from './type-name.ts';
import { Markup, PyTuple, type Value } from './values.ts';
import { splitLines } from './white-space.ts';

export const STRING_METHODS: Methods<string> = {
  ...IS_METHODS,
  upper: (self) => self.toUpperCase(),
  lower: (self) => self.toLowerCase(),
  casefold: (self) => caseFold(self),
  capitalize: (self) => capitalize(self),
  title: (self) => titleCase(self),
  swapcase: (self) => swapCase(self),
  strip: (self, args) => strip(self, args[0], 'both'),
  lstrip: (self, args) => strip(self, args[0], 'start'),
  rstrip: (self, args) => strip(self, args[0], 'end'),
  split: (self, args, keywords) => split(self, bind('split', 'sep maxsplit', 0, args, keywords), false),
  rsplit: (self, args, keywords) => split(self, bind('rsplit', 'sep maxsplit', 0, args, keywords), true),
  splitlines: (self, args, keywords) =>
    splitLines(self, truth(bind('splitlines', 'keepends', 0, args, keywords)[0] ?? false)),
  partition(self, args) {
    const separator = separatorOf(args);
    const at = self.indexOf(separator);
    if (at < 0) return new PyTuple([self, '', '']);
    return new PyTuple([self.slice(0, at), separator, self.slice(at + separator.length)]);
  },
  rpartition(self, args) {
    const separator = separatorOf(args);
    const at = self.lastIndexOf(separator);
    if (at < 0) return new PyTuple(['', '', self]);
    return new PyTuple([self.slice(0, at), separator, self.slice(at + separator.length)]);
  },
  join(self, args) {
    const parts = toArray(args[0] ?? null).map((part, at) => {
      if (typeof part === 'string' || part instanceof Markup) return str(part);
      throw new PyError('TypeError', `sequence item ${at}: expected str instance, ${typeName(part)} found`);
    });
    return parts.join(self);
  },
  replace(self, args, keywords) {
    const [old, fresh, count] = bind('replace', 'old new count', 2, args, keywords);
    return replaceText(self, needText(old), needText(fresh), integer(count, -1));
  },
  startswith: (self, args) => someText(args[0], (part) => windowOf(self, args).window?.startsWith(part) ?? false),
  endswith: (self, args) => someText(args[0], (part) => windowOf(self, args).window?.endsWith(part) ?? false),
  removeprefix: (self, args) => (self.startsWith(needText(args[0])) ? self.slice(needText(args[0]).length) : self),
  removesuffix(self, args) {
    const suffix = needText(args[0]);
    return suffix !== '' && self.endsWith(suffix) ? self.slice(0, -suffix.length) : self;
  },
  find: (self, args) => find(self, needText(args[0]), args, false),
  rfind: (self, args) => find(self, needText(args[0]), args, true),
  index: (self, args) => found(find(self, needText(args[0]), args, false)),
  rindex: (self, args) => found(find(self, needText(args[0]), args, true)),
  count: (self, args) => count(self, needText(args[0]), args),
  center(self, args) {
    const missing = Math.max(0, integer(args[0], 0) - codePointLength(self));
    const left = Math.floor(missing / 2) + (missing & integer(args[0], 0) & 1);
    const fill = fillChar(args[1]);
    return fill.repeat(left) + self + fill.repeat(missing - left);
  },
  ljust: (self, args) => self + fillChar(args[1]).repeat(Math.max(0, integer(args[0], 0) - codePointLength(self))),
  rjust: (self, args) => fillChar(args[1]).repeat(Math.max(0, integer(args[0], 0) - codePointLength(self))) + self,
  zfill(self, args) {
    const [, sign = '', digits = ''] = /^([-+]?)([\s\S]*)$/.exec(self) ?? [];
    return sign + '0'.repeat(Math.max(0, integer(args[0], 0) - codePointLength(self))) + digits;
  },
  expandtabs: (self, args, keywords) =>
    translateTabs(self, integer(bind('expandtabs', 'tabsize', 0, args, keywords)[0], 8)),
  format: (self, args, keywords) => formatFields(self, callFields(args, keywords)),
  format_map: (self, args) => formatFields(self, mapFields(args[0] ?? null)),
  translate: (self, args) => translate(self, args[0] ?? null),
};

function needText(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  if (value instanceof Markup) return value.text;
  throw new PyError('TypeError', `must be str, not ${typeName(value ?? null)}`);
}

function someText(value: Value | undefined, holds: (part: string) => boolean): boolean {
  return value instanceof PyTuple ? value.entries.some((part) => holds(needText(part))) : holds(needText(value));
}

function found(at: bigint): bigint {
  if (at < 0n) throw new PyError('ValueError', 'substring not found');
  return at;
}

function separatorOf(args: readonly Value[]): string {
  const separator = needText(args[0]);
  if (separator === '') throw new PyError('ValueError', 'empty separator');
  return separator;
}

function fillChar(value: Value | undefined): string {
  const fill = value === undefined ? ' ' : needText(value);
  if (codePointLength(fill) !== 1)
    throw new PyError('TypeError', 'The fill character must be exactly one character long');
  return fill;
}
