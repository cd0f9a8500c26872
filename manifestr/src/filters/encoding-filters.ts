// Filters that write a value in another notation: JSON, YAML, base64, URL, quotes.

import { integer } from '../python/bind.ts';
import { escaped } from '../python/html.ts';
import { isIterable, iterate, toArray } from '../python/iterate.ts';
import { PyError } from '../python/py-error.ts';
import { repr, str, truth, undefinedError } from '../python/text.ts';
import { typeName } from '../python/type-name.ts';
import { Markup, PyDict, Undefined, type Value } from '../python/values.ts';
import type { Filter } from '../runtime/runtime.ts';
import { filter, type Given } from './define.ts';
import { dumpJson, escapeForHtml, type JsonStyle } from './json.ts';
import { prettyFormat } from './pretty.ts';
import { urlize } from './urlize.ts';
import { dumpYaml } from './yaml.ts';

export const ENCODING_FILTERS: readonly (readonly [string, Filter])[] = [
  filter('tojson', 'indent', 0, (input, [indent]) => {
    const style = { indent: margin(indent), sortKeys: true, ascii: true };
    return new Markup(escapeForHtml(dumpJson(input, style)));
  }),
  filter('to_json', 'indent sort_keys ensure_ascii', 0, (input, given) => dumpJson(input, jsonStyle(given, undefined))),
  filter('to_nice_json', 'indent sort_keys ensure_ascii', 0, (input, given) =>
    dumpJson(input, jsonStyle(given, '    ')),
  ),
  filter('to_yaml', 'indent width sort_keys default_flow_style allow_unicode', 0, toYaml),
  filter(
    'to_nice_yaml',
    'indent width sort_keys default_flow_style allow_unicode',
    0,
    (input, [indent = 4n, ...rest]) => toYaml(input, [indent, ...rest]),
  ),
  filter('b64encode', '', 0, (input) => Buffer.from(str(input), 'utf8').toString('base64')),
  filter('b64decode', '', 0, (input) => decodeBase64(str(input))),
  filter('quote', '', 0, (input) => JSON.stringify(str(input))),
  filter('urlencode', '', 0, urlEncode),
  filter('urlize', 'trim_url_limit nofollow target rel extra_schemes', 0, urlize),
  filter('pprint', '', 0, (input) => prettyFormat(input)),
  filter('xmlattr', 'autospace', 0, xmlAttributes),
];

function margin(indent: Value | undefined): string | undefined {
  if (indent === undefined || indent === null) return undefined;
  return typeof indent === 'string' ? indent : ' '.repeat(integer(indent, 0));
}

function jsonStyle([indent, sortKeys = false, ascii = true]: Given, otherwise: string | undefined): JsonStyle {
  return { indent: indent === undefined ? otherwise : margin(indent), sortKeys: truth(sortKeys), ascii: truth(ascii) };
}

function toYaml(input: Value, [indent, width, sortKeys = false, flow = false, unicode = true]: Given): string {
  if (input instanceof Undefined) throw undefinedError(input);
  return dumpYaml(input, {
    indent: integer(indent, 2),
    width: width === undefined ? Number.POSITIVE_INFINITY : integer(width, 80),
    sortKeys: truth(sortKeys),
    flow: truth(flow),
    unicode: truth(unicode),
  });
}

function decodeBase64(text: string): string {
  const body = text.replace(/\s+/g, '');
  const isWhole = body.length % 4 === 0 && /^[A-Za-z\d+/]*={0,2}$/.test(body);
  if (!isWhole) throw new PyError('ValueError', `${repr(text)} is not base64`);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.from(body, 'base64'));
}

function urlEncode(input: Value): string {
  if (typeof input === 'string' || input instanceof Markup || !isIterable(input)) return urlQuote(str(input), '/');
  const pairs: (readonly Value[])[] =
    input instanceof PyDict ? [...input.entries()] : toArray(input).map((pair) => [...iterate(pair)]);
  const uneven = pairs.find((pair) => pair.length !== 2);
  if (uneven !== undefined) throw new PyError('ValueError', `a pair is expected, not ${uneven.length} entries`);
  return pairs.map(([key = null, value = null]) => `${formQuote(str(key))}=${formQuote(str(value))}`).join('&');
}

function urlQuote(text: string, safe: string): string {
  const encoded = encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return safe === '' ? encoded : encoded.replaceAll('%2F', '/');
}

function formQuote(text: string): string {
  return urlQuote(text, '').replaceAll('%20', '+');
}

function xmlAttributes(input: Value, [autospace = true]: Given): string {
  if (!(input instanceof PyDict)) throw new PyError('TypeError', 'xmlattr needs a mapping');
  const written = [...input.entries()]
    .filter(([, value]) => value !== null && !(value instanceof Undefined))
    .map(([key, value]) => {
      if (typeof key !== 'string' && !(key instanceof Markup))
        throw new PyError('TypeError', `expected string or bytes-like object, got '${typeName(key)}'`);
      if (/[\s/>=]/.test(str(key)))
        throw new PyError('ValueError', `Invalid character in attribute name: ${repr(key)}`);
      return `${escaped(key)}="${escaped(value)}"`;
    });
  return (truth(autospace) && written.length > 0 ? ' ' : '') + written.join(' ');
}
