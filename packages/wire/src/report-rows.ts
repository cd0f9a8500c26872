// A row of the audit report in each format, written and read back: one line of the file, which begins and ends with it.

import {
  REPORT_COLUMNS,
  REPORT_SECTIONS,
  type ReportColumn,
  type ReportField,
  type ReportFormat,
  type ReportRow,
  type ReportSection,
} from './report.ts';

/** A row and the SHA-256 that stands beside it. */
export interface HashedRow {
  readonly row: ReportRow;
  readonly sha256: string;
}

/** Which columns share a cell of the page. */
export const REPORT_CELLS: Readonly<Record<ReportSection, readonly (readonly ReportColumn[])[]>> = {
  about: [['name'], ['what']],
  actors: [['by'], ['what'], ['at'], ['until']],
  changes: [
    ['at', 'cluster'],
    ['kind', 'name', 'namespace', 'uid'],
    ['what', 'fields'],
    ['by'],
    ['op', 'severity', 'version', 'revision'],
  ],
  deeds: [['at'], ['by'], ['op'], ['name', 'cluster'], ['what', 'version', 'revision']],
  workloads: [['kind', 'name', 'namespace', 'uid'], ['cluster'], ['what'], ['at'], ['until']],
  pods: [['name', 'namespace', 'uid'], ['cluster', 'by'], ['what'], ['at'], ['until']],
  images: [['name'], ['what'], ['at'], ['until']],
  coverage: [['cluster'], ['kind'], ['what']],
  gaps: [['cluster'], ['kind'], ['at'], ['until'], ['what']],
};

export const csvHead = `${['section', ...REPORT_COLUMNS, 'sha256'].join(',')}\r\n`;

/** The line, with its end. `isFirst`: of its section. */
export function reportLine(format: ReportFormat, { row, sha256 }: HashedRow, isFirst: boolean): string {
  if (format === 'csv')
    return `${[row.section, ...REPORT_COLUMNS.map((column) => row[column] ?? ''), sha256].map(csvCell).join(',')}\r\n`;
  return format === 'html' ? htmlLine(row, sha256) : `${isFirst ? '' : ',\n'}${jsonLine(row, sha256)}`;
}

/** Reads lines of one file, told in order; undefined for a line that is no row. Throws on none. */
export function reportReader(format: ReportFormat): (line: string) => HashedRow | undefined {
  if (format === 'csv') return readCsv;
  if (format === 'html') return readHtml;
  let section: ReportSection | undefined;
  return (line) => {
    const opened = /^"(\w+)":\[$/.exec(line)?.[1];
    if (opened !== undefined) section = sectionNamed(opened);
    return section !== undefined && line.startsWith('{') ? readJson(line, section) : undefined;
  };
}

const sectionNamed = (name: string | undefined): ReportSection | undefined =>
  REPORT_SECTIONS.find((section) => section === name);

const columnNamed = (name: string | undefined): ReportColumn | undefined =>
  REPORT_COLUMNS.find((column) => column === name);

function jsonLine(row: ReportRow, sha256: string): string {
  const { section: _, fields, ...texts } = row;
  const said = Object.entries(texts).filter(([, text]) => text !== '');
  const parsed: unknown = fields ? JSON.parse(fields) : undefined;
  return JSON.stringify({ ...Object.fromEntries(said), ...(parsed !== undefined && { fields: parsed }), sha256 });
}

function readJson(line: string, section: ReportSection): HashedRow | undefined {
  try {
    const { sha256, fields, ...texts } = JSON.parse(line.replace(/,$/, '')) as Record<string, unknown>; // a line that begins as an object
    if (typeof sha256 !== 'string') return undefined;
    const told = Object.entries(texts).map(([name, value]) => [name, String(value)]);
    const all = { ...Object.fromEntries(told), ...(fields !== undefined && { fields: JSON.stringify(fields) }) };
    return { row: { section, ...all }, sha256 };
  } catch {
    return undefined;
  }
}

/** RFC 4180; what a spreadsheet would take for a formula stands behind an apostrophe, and so does an apostrophe. */
function csvCell(text: string): string {
  const safe = /^['=+\-@]/.test(text) ? `'${text}` : text;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function readCsv(line: string): HashedRow | undefined {
  const cells = [...line.replace(/\r$/, '').matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(
    ([, quoted, plain = '']) => (quoted?.replaceAll('""', '"') ?? plain).replace(/^'/, ''),
  );
  const section = sectionNamed(cells[0]);
  const sha256 = cells[REPORT_COLUMNS.length + 1];
  if (section === undefined || sha256 === undefined) return undefined;
  return {
    row: { section, ...Object.fromEntries(REPORT_COLUMNS.map((name, i) => [name, cells[i + 1] ?? ''])) },
    sha256,
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const CHARACTERS = new Map(Object.entries(ENTITIES).map(([character, entity]) => [entity, character]));

/** Text as it may stand in HTML, in attributes too. */
export const htmlText = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
const textOfHtml = (html: string): string =>
  html.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => CHARACTERS.get(entity) ?? '');

/** What a page shows only when it is asked for: nine in ten changes are routine. The file has all of them, and signs them. */
export const isFolded = ({ section, severity }: ReportRow): boolean => section === 'changes' && severity === '0';

function htmlLine(row: ReportRow, sha256: string): string {
  const cells = REPORT_CELLS[row.section].map((columns, i, all) => {
    const said = columns.filter((column) => row[column]).map((column) => spanOf(column, row[column] ?? ''));
    return `<td>${said.join(' ')}${i === all.length - 1 ? ` <i class="h">${sha256}</i>` : ''}</td>`;
  });
  return `<tr class="${row.section}"${isFolded(row) ? ' data-fold' : ''}>${cells.join('')}</tr>\n`;
}

const spanOf = (column: ReportColumn, text: string): string =>
  column === 'fields' ? `<ul>${fieldsHtml(text)}</ul>` : `<span class="${column}">${htmlText(text)}</span>`;

function fieldsHtml(text: string): string {
  const fields = JSON.parse(text) as readonly ReportField[]; // written by the report itself
  const side = (tag: string, value: unknown): string => `<${tag}>${htmlText(JSON.stringify(value))}</${tag}>`;
  return fields
    .map((field) => {
      const was = field.op === 'remove' || field.op === 'replace' ? side('del', field.before) : '';
      const is = field.op === 'add' || field.op === 'replace' ? side('ins', field.after) : '';
      return `<li><code>${htmlText(field.path)}</code>${was}${is}</li>`;
    })
    .join('');
}

function readHtml(line: string): HashedRow | undefined {
  const section = sectionNamed(/^<tr class="(\w+)"(?: data-fold)?>/.exec(line)?.[1]);
  const sha256 = / <i class="h">([^<]*)<\/i><\/td><\/tr>$/.exec(line)?.[1];
  if (section === undefined || sha256 === undefined) return undefined;
  const texts = [...line.matchAll(/<span class="(\w+)">([^<]*)<\/span>/g)].flatMap(([, name, html = '']) => {
    const column = columnNamed(name);
    return column === undefined ? [] : [[column, textOfHtml(html)] as const];
  });
  const fields = /<ul>(.*)<\/ul>/.exec(line)?.[1];
  const all = {
    ...Object.fromEntries(texts),
    ...(fields !== undefined && { fields: JSON.stringify(readFields(fields)) }),
  };
  return { row: { section, ...all }, sha256 };
}

const readFields = (html: string): readonly ReportField[] =>
  [...html.matchAll(/<li><code>([^<]*)<\/code>(?:<del>([^<]*)<\/del>)?(?:<ins>([^<]*)<\/ins>)?<\/li>/g)].map(
    ([, name = '', was, is]) => {
      const path = textOfHtml(name);
      const before = was === undefined ? {} : { before: valueIn(was) };
      const after = is === undefined ? {} : { after: valueIn(is) };
      const op = was === undefined ? (is === undefined ? 'changed' : 'add') : is === undefined ? 'remove' : 'replace';
      return { path, op, ...before, ...after };
    },
  );

function valueIn(html: string): unknown {
  try {
    return JSON.parse(textOfHtml(html));
  } catch {
    return html; // altered: the row's hash tells
  }
}
