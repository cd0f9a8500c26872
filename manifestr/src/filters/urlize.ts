// `urlize`: addresses in a text as HTML links, by the rules of Jinja2 3.1.

import { integer } from '../python/bind.ts';
import { codePointLength, codePoints } from '../python/code-points.ts';
import { escaped, escapeHtml } from '../python/html.ts';
import { toArray } from '../python/iterate.ts';
import { PyError } from '../python/py-error.ts';
import { repr, str, truth } from '../python/text.ts';
import type { Value } from '../python/values.ts';
import { SPACE } from '../python/white-space.ts';
import type { Given } from './define.ts';

const WORDS = new RegExp(`(${SPACE}+)`);
const HTTP =
  /^(?:(?:https?:\/\/|www\.)(?:[\w%\u0080-\u{10ffff}-]+\.)*(?:[a-z]{2,63}|xn--[\w%]{2,59})|(?:[\w%\u0080-\u{10ffff}-]{2,63}\.)+(?:com|net|int|edu|gov|org|info|mil)|https?:\/\/(?:\d{1,3}(?:\.\d{1,3}){3}|\[(?:[\da-f]{0,4}:){2}(?:[\da-f]{0,4}:?){1,6}\]))(?::\d{1,5})?(?:[/?#]\S*)?$/iu;
const MAIL = /^\S+@[\p{L}\p{N}_][\p{L}\p{N}_.-]*\.[\p{L}\p{N}_]+$/u;
const SCHEME = /^(?:[\w.+-]{2,}:(?:\/){0,2})$/;
const PAIRS = [
  ['(', ')'],
  ['<', '>'],
  ['&lt;', '&gt;'],
] as const;

interface Link {
  readonly attributes: string;
  shown(address: string): string;
  readonly schemes: readonly string[];
}

/** Throws FilterArgumentError for a scheme that is none. */
export function urlize(input: Value, [limit, nofollow = false, target = null, rel, schemes]: Given): string {
  const link: Link = {
    attributes: relation(rel, truth(nofollow)) + (truth(target) ? ` target="${escaped(target)}"` : ''),
    shown: shortener(limit),
    schemes: schemesOf(schemes),
  };
  return escaped(input)
    .split(WORDS)
    .map((word) => linked(word, link))
    .join('');
}

function relation(given: Value | undefined, nofollow: boolean): string {
  const words = str(given ?? '').split(WORDS);
  const parts = new Set([...words.filter((word) => word.trim() !== ''), ...(nofollow ? ['nofollow'] : []), 'noopener']);
  return ` rel="${escapeHtml([...parts].sort().join(' '))}"`;
}

function shortener(limit: Value | undefined): Link['shown'] {
  if (limit === undefined || limit === null) return (address) => address;
  const most = integer(limit, 0);
  return (address) => (codePointLength(address) > most ? `${codePoints(address).slice(0, most).join('')}...` : address);
}

function schemesOf(given: Value | undefined): readonly string[] {
  if (given === undefined || given === null) return [];
  return toArray(given).map((scheme) => {
    if (SCHEME.test(str(scheme))) return str(scheme);
    throw new PyError('FilterArgumentError', `${repr(scheme)} is not a valid URI scheme prefix.`);
  });
}

/** One word: what surrounds the address stays outside the link. */
function linked(word: string, link: Link): string {
  const head = /^(?:[(<]|&lt;)+/.exec(word)?.[0] ?? '';
  const tail = /(?:[)>.,\n]|&gt;)+$/.exec(word.slice(head.length))?.[0] ?? '';
  const middle = word.slice(head.length, word.length - tail.length);
  const { address, rest } = balanced(middle, tail);
  return head + anchor(address, link) + rest;
}

/** Closing brackets go to the address as far as it has opening ones. */
function balanced(middle: string, tail: string): { readonly address: string; readonly rest: string } {
  let [address, rest] = [middle, tail];
  for (const [open, close] of PAIRS) {
    const opened = address.split(open).length - 1;
    if (opened <= address.split(close).length - 1) continue;
    const moves = Math.min(opened, rest.split(close).length - 1);
    for (let move = 0; move < moves; move++) {
      const end = rest.indexOf(close) + close.length;
      address += rest.slice(0, end);
      rest = rest.slice(end);
    }
  }
  return { address, rest };
}

function anchor(address: string, { attributes, shown, schemes }: Link): string {
  if (HTTP.test(address)) {
    const href = /^https?:\/\//.test(address) ? address : `https://${address}`;
    return `<a href="${href}"${attributes}>${shown(address)}</a>`;
  }
  if (address.startsWith('mailto:') && MAIL.test(address.slice(7)))
    return `<a href="${address}">${address.slice(7)}</a>`;
  const isMail = address.includes('@') && !/^(?:www\.|@)/.test(address) && !address.includes(':');
  if (isMail && MAIL.test(address)) return `<a href="mailto:${address}">${address}</a>`;
  return schemes
    .filter((scheme) => address !== scheme && address.startsWith(scheme))
    .reduce((made) => `<a href="${made}"${attributes}>${made}</a>`, address);
}
