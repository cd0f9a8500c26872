// The five characters MarkupSafe escapes, as it escapes them.

import { str } from './text.ts';
import { Markup, type Value } from './values.ts';
import { splitWords } from './white-space.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&#39;',
  '"': '&#34;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>'"]/g, (char) => ENTITIES[char] ?? char);
}

/** A value as safe text: escaped, unless it is safe already. */
export function escaped(value: Value): string {
  return value instanceof Markup ? value.text : escapeHtml(str(value));
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  copy: '©',
  reg: '®',
  laquo: '«',
  raquo: '»',
  middot: '·',
  deg: '°',
  times: '×',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  bull: '•',
  hellip: '…',
  euro: '€',
  rarr: '→',
  larr: '←',
};

/** Character references as the characters: numbers, and the names in common use. */
export function unescapeHtml(text: string): string {
  return text.replace(/&(#x[\da-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (/^#x/i.test(name)) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)));
    return NAMED[name] ?? whole;
  });
}

/** Text of some HTML: comments and tags gone, runs of white space one blank, references resolved. */
export function stripTags(html: string): string {
  return unescapeHtml(splitWords(without(without(html, '<!--', '-->'), '<', '>')).join(' '));
}

/** Cuts what stands from each `start` to the next `end`, both included. */
function without(text: string, start: string, end: string): string {
  const parts: string[] = [];
  let rest = text;
  for (let at = rest.indexOf(start); at >= 0; at = rest.indexOf(start)) {
    const stop = rest.indexOf(end, at);
    if (stop < 0) break;
    parts.push(rest.slice(0, at));
    rest = rest.slice(stop + end.length);
  }
  return parts.join('') + rest;
}
