// What could be typed next in an expression: fields, then the values that things on the map have, commonest first.

import type { TopologyNode } from '@mosaic/wire';
import { strings } from '../strings.ts';
import { AMOUNT_FIELDS, readField, TEXT_FIELDS, termParts, termsOf } from './expression.ts';

export interface Completion {
  /** The whole text once chosen, and where the caret stands then. */
  readonly text: string;
  readonly caret: number;
  readonly label: string;
  readonly note: string;
}

const MOST = 8;
const MOST_LABELS = 40;
const quoted = (value: string): string => (/[\s,]/.test(value) ? `"${value}"` : value);

/** Values of a field over the things, commonest first. */
function valuesOf(nodes: readonly TopologyNode[], field: string): [string, number][] {
  const counts = new Map<string, number>();
  for (const n of nodes) {
    const value = readField(n, field);
    if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}

function labelsOf(nodes: readonly TopologyNode[]): string[] {
  const counts = new Map<string, number>();
  for (const n of nodes) for (const key of Object.keys(n.labels ?? {})) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST_LABELS)
    .map(([key]) => key);
}

interface Option {
  readonly term: string;
  readonly label: string;
  readonly note: string;
  readonly isDone: boolean;
}

function fields(nodes: readonly TopologyNode[], sign: string, typed: string): Option[] {
  const begins = (name: string) => name.toLowerCase().startsWith(typed);
  const texts = TEXT_FIELDS.filter(begins).map((f) => ({ f: `${f}=`, note: strings.find.field[f] ?? '' }));
  const amounts = AMOUNT_FIELDS.filter(begins).map((f) => ({ f: `${f}>`, note: strings.find.field[f] ?? '' }));
  const known = new Set([...TEXT_FIELDS, ...AMOUNT_FIELDS]);
  const labels = labelsOf(nodes)
    .filter((l) => typed !== '' && begins(l) && !known.has(l))
    .map((f) => ({ f: `${f}=`, note: strings.find.label }));
  return [...texts, ...amounts, ...labels].map(({ f, note }) => ({
    term: sign + f,
    label: sign + f,
    note,
    isDone: false,
  }));
}

function names(nodes: readonly TopologyNode[], sign: string, typed: string): Option[] {
  if (typed === '') return [];
  const found = new Map(nodes.filter((n) => n.name.toLowerCase().includes(typed)).map((n) => [n.name, n.kind]));
  const begins = (name: string): number => (name.toLowerCase().startsWith(typed) ? 0 : 1);
  const sorted = [...found].sort(([a], [b]) => begins(a) - begins(b) || a.localeCompare(b));
  return sorted.map(([name, kind]) => ({
    term: sign + quoted(name),
    label: sign + name,
    note: kind,
    isDone: true,
  }));
}

function options(nodes: readonly TopologyNode[], term: string): Option[] {
  const { minus, field, sign, value } = termParts(term);
  const lead = minus ? '-' : '';
  const typed = value.toLowerCase();
  if (field === undefined || sign === undefined) return [...fields(nodes, lead, typed), ...names(nodes, lead, typed)];
  if (AMOUNT_FIELDS.includes(field)) return [];
  const chosen = typed.split('|');
  const last = chosen.at(-1) ?? '';
  const before = value.slice(0, value.length - last.length);
  return valuesOf(nodes, field)
    .filter(([v]) => v.toLowerCase().includes(last) && !chosen.includes(v.toLowerCase()))
    .map(([v, n]) => ({
      term: `${lead}${field}${sign}${before}${quoted(v)}`,
      label: v,
      note: strings.map.things(n),
      isDone: true,
    }));
}

/** Completions of the term the caret stands in. */
export function completions(text: string, caret: number, nodes: readonly TopologyNode[]): Completion[] {
  const at = termsOf(text).find((t) => !/^[()]$/.test(t.text) && t.from <= caret && caret <= t.to) ?? {
    text: '',
    from: caret,
    to: caret,
  };
  return options(nodes, at.text)
    .slice(0, MOST)
    .map(({ term, label, note, isDone }) => {
      const head = `${text.slice(0, at.from)}${term}${isDone ? ' ' : ''}`;
      return { text: head + text.slice(at.to).trimStart(), caret: head.length, label, note };
    });
}
