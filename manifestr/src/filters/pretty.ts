// `pprint`: Python's pprint.pformat at width 80.

import { compare } from '../python/compare.ts';
import { repr } from '../python/text.ts';
import { PyDict, PyTuple, type Value } from '../python/values.ts';

const WIDTH = 80;

/** `indent` is where the value starts, `allowance` what must still fit after it. */
export function prettyFormat(value: Value, indent = 0, allowance = 0): string {
  const flat = repr(sortedDeep(value));
  if (flat.length <= WIDTH - indent - allowance) return flat;
  if (value instanceof PyDict && value.size > 0) return prettyDict(value, indent, allowance);
  if (Array.isArray(value) && value.length > 0) return `[${prettyEntries(value, indent + 1, allowance + 1)}]`;
  if (value instanceof PyTuple && value.entries.length > 0) {
    const end = value.entries.length === 1 ? ',)' : ')';
    return `(${prettyEntries(value.entries, indent + 1, allowance + end.length)}${end}`;
  }
  return typeof value === 'string' ? prettyText(value, indent, allowance) : flat;
}

function prettyDict(dict: PyDict, indent: number, allowance: number): string {
  const entries = inOrder(dict);
  const lines = entries.map(([key, value], at) => {
    const head = `${repr(key)}: `;
    const after = at === entries.length - 1 ? allowance + 1 : 1;
    return head + prettyFormat(value, indent + 1 + head.length, after);
  });
  return `{${lines.join(`,\n${' '.repeat(indent + 1)}`)}}`;
}

function prettyEntries(entries: readonly Value[], indent: number, allowance: number): string {
  const lines = entries.map((entry, at) => prettyFormat(entry, indent, at === entries.length - 1 ? allowance : 1));
  return lines.join(`,\n${' '.repeat(indent)}`);
}

/** Long text is broken after blanks, in parentheses at the top. */
function prettyText(text: string, indent: number, allowance: number): string {
  const chunks: string[] = [];
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const atTop = indent === 0;
  const room = WIDTH - indent - (atTop ? 1 : 0);
  lines.forEach((line, row) => {
    const isLast = row === lines.length - 1;
    const most = isLast ? room - allowance - (atTop ? 1 : 0) : room;
    if (repr(line).length <= most) {
      chunks.push(repr(line));
      return;
    }
    let current = '';
    const words = line.match(/\S*\s*/g)?.filter((word) => word !== '') ?? [];
    words.forEach((word, at) => {
      const widest = at === words.length - 1 && isLast ? most : room;
      if (current !== '' && repr(current + word).length > widest) {
        chunks.push(repr(current));
        current = word;
      } else current += word;
    });
    if (current !== '') chunks.push(repr(current));
  });
  if (chunks.length === 1) return repr(text);
  const joined = chunks.join(`\n${' '.repeat(indent + (atTop ? 1 : 0))}`);
  return atTop ? `(${joined})` : joined;
}

function inOrder(dict: PyDict): [Value, Value][] {
  const entries = [...dict.entries()];
  try {
    return entries.sort(([a], [b]) => compare(a, b));
  } catch {
    return entries;
  }
}

function sortedDeep(value: Value): Value {
  if (value instanceof PyDict) return PyDict.from(inOrder(value).map(([key, member]) => [key, sortedDeep(member)]));
  if (Array.isArray(value)) return value.map(sortedDeep);
  return value instanceof PyTuple ? new PyTuple(value.entries.map(sortedDeep)) : value;
}
