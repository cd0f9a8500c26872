// `to_yaml`: block style as PyYAML's safe_dump writes it, with YAML 1.1 and 1.2 readers both getting the same value.

import { compare } from '../python/compare.ts';
import { PyError } from '../python/py-error.ts';
import { floatRepr } from '../python/text.ts';
import { typeName } from '../python/type-name.ts';
import { Markup, PyDict, PyTuple, type Value } from '../python/values.ts';
import { yamlText } from './yaml-text.ts';

export interface YamlStyle {
  readonly indent: number;
  readonly width: number;
  readonly sortKeys: boolean;
  readonly flow: boolean;
  readonly unicode: boolean;
}

/** The document ends with a line end, as in Python. */
export function dumpYaml(value: Value, style: YamlStyle): string {
  const entries = entriesOf(value);
  if (entries === undefined && !(value instanceof PyDict)) {
    const scalar = scalarText(value, style, style.indent);
    return typeof value === 'string' && /^['"|]/.test(scalar) ? `${scalar}\n` : `${scalar}\n...\n`;
  }
  return `${style.flow ? flowText(value, style) : blockText(value, style, 0)}\n`;
}

function blockText(value: Value, style: YamlStyle, level: number): string {
  const margin = ' '.repeat(level);
  if (value instanceof PyDict) {
    if (value.size === 0) return '{}';
    return members(value, style)
      .map(([key, member]) => memberText(key, member, style, level))
      .join(`\n${margin}`);
  }
  const entries = entriesOf(value);
  if (entries === undefined) return scalarText(value, style, level);
  if (entries.length === 0) return '[]';
  const dash = `-${' '.repeat(Math.max(1, style.indent - 1))}`;
  return entries
    .map(
      (entry) =>
        `${isNested(entry) ? dash : '- '}${blockText(entry, style, level + (isNested(entry) ? dash.length : style.indent))}`,
    )
    .join(`\n${margin}`);
}

function isNested(value: Value): boolean {
  return value instanceof PyDict ? value.size > 0 : (entriesOf(value)?.length ?? 0) > 0;
}

function afterKey(member: Value, style: YamlStyle, level: number): string {
  if (!isNested(member)) return ` ${blockText(member, style, level + style.indent)}`;
  const inner = member instanceof PyDict ? level + style.indent : level;
  return `\n${' '.repeat(inner)}${blockText(member, style, inner)}`;
}

function flowText(value: Value, style: YamlStyle): string {
  if (value instanceof PyDict) {
    return `{${members(value, style)
      .map(([key, member]) => `${scalarText(key, style, 0)}: ${flowText(member, style)}`)
      .join(', ')}}`;
  }
  const entries = entriesOf(value);
  if (entries === undefined) return scalarText(value, { ...style, flow: true }, 0);
  return `[${entries.map((entry) => flowText(entry, style)).join(', ')}]`;
}

function members(dict: PyDict, { sortKeys }: YamlStyle): [Value, Value][] {
  const entries = [...dict.entries()];
  return sortKeys ? entries.sort(([a], [b]) => compare(a, b)) : entries;
}

function entriesOf(value: Value): readonly Value[] | undefined {
  if (Array.isArray(value)) return value;
  return value instanceof PyTuple ? value.entries : undefined;
}

/** Empty, long and many-line keys are written `? key` and `: value`, as PyYAML does. */
function memberText(key: Value, member: Value, style: YamlStyle, level: number): string {
  const text = scalarText(key, style, level);
  const isSimple = key !== '' && text.length < 128 && !text.includes('\n');
  if (isSimple) return `${text}:${afterKey(member, style, level)}`;
  return `? ${text}\n${' '.repeat(level)}: ${blockText(member, style, level + style.indent)}`;
}

function scalarText(value: Value, style: YamlStyle, level: number): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return yamlFloat(value);
  if (typeof value === 'string')
    return yamlText(value, { level, width: style.width, inFlow: style.flow, unicode: style.unicode });
  if (value instanceof Markup) return scalarText(value.text, style, level);
  throw new PyError('TypeError', `cannot represent an object of type ${typeName(value)} in YAML`);
}

function yamlFloat(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const text = floatRepr(value);
  return text.includes('.') || !text.includes('e') ? text : text.replace('e', '.0e');
}
