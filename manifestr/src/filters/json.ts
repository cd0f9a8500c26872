// `tojson`: Python's json.dumps with sorted keys, made safe for HTML as Jinja does.

import { compare } from '../python/compare.ts';
import { PyError } from '../python/py-error.ts';
import { floatRepr, undefinedError } from '../python/text.ts';
import { typeName } from '../python/type-name.ts';
import { Markup, PyDict, PyTuple, Undefined, type Value } from '../python/values.ts';

export interface JsonStyle {
  /** Spaces per level, or the text itself; `undefined` keeps it on one line. */
  readonly indent: string | undefined;
  readonly sortKeys: boolean;
  readonly ascii: boolean;
}

/** Throws TypeError for what JSON cannot hold. */
export function dumpJson(value: Value, style: JsonStyle, margin = ''): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return jsonFloat(value);
  if (typeof value === 'string') return jsonText(value, style.ascii);
  if (value instanceof Markup) return jsonText(value.text, style.ascii);
  if (value instanceof PyDict) return dumpDict(value, style, margin);
  const entries = Array.isArray(value) ? value : value instanceof PyTuple ? value.entries : undefined;
  if (value instanceof Undefined && value.strict) throw undefinedError(value);
  if (entries === undefined)
    throw new PyError('TypeError', `Object of type ${typeName(value)} is not JSON serializable`);
  const inner = style.indent === undefined ? '' : margin + style.indent;
  return enclosed(
    '[',
    ']',
    entries.map((entry) => dumpJson(entry, style, inner)),
    style,
    margin,
  );
}

export function escapeForHtml(json: string): string {
  return json
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026')
    .replaceAll("'", '\\u0027');
}

function dumpDict(value: PyDict, style: JsonStyle, margin: string): string {
  const inner = style.indent === undefined ? '' : margin + style.indent;
  const entries = [...value.entries()];
  if (style.sortKeys) entries.sort(([a], [b]) => compare(a, b));
  const members = entries.map(([key, member]) => `${jsonKey(key, style)}: ${dumpJson(member, style, inner)}`);
  return enclosed('{', '}', members, style, margin);
}

function jsonKey(key: Value, style: JsonStyle): string {
  if (typeof key === 'string') return jsonText(key, style.ascii);
  if (key instanceof Markup) return jsonText(key.text, style.ascii);
  if (key === null || typeof key === 'boolean' || typeof key === 'bigint') return `"${String(key)}"`;
  if (typeof key === 'number') return `"${jsonFloat(key)}"`;
  throw new PyError('TypeError', `keys must be str, int, float, bool or None, not ${typeName(key)}`);
}

function enclosed(
  open: string,
  close: string,
  parts: readonly string[],
  { indent }: JsonStyle,
  margin: string,
): string {
  if (parts.length === 0) return open + close;
  if (indent === undefined) return open + parts.join(', ') + close;
  return `${open}\n${parts.map((part) => margin + indent + part).join(',\n')}\n${margin}${close}`;
}

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return floatRepr(value);
}

function jsonText(text: string, ascii: boolean): string {
  const quoted = JSON.stringify(text);
  if (!ascii) return quoted;
  return quoted.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
