// The audit report as server and command line both know it: sections, the columns of a row, and the one text of a row that is hashed.

import type { FieldDiff } from './revision.ts';

/** Grows when a reader of the one before could not read it. */
export const REPORT_VERSION = 1;
export const REPORT_FORMATS = ['html', 'csv', 'json'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** In the order of the file. */
export const REPORT_SECTIONS = [
  'about',
  'actors',
  'changes',
  'deeds',
  'workloads',
  'pods',
  'images',
  'coverage',
  'gaps',
] as const;
export type ReportSection = (typeof REPORT_SECTIONS)[number];

/** `at` and `until` are RFC 3339 in UTC; `revision` is the SHA-256 of the manifest as it is kept (UTF-8 JSON). */
export const REPORT_COLUMNS = [
  'at',
  'until',
  'cluster',
  'namespace',
  'kind',
  'name',
  'uid',
  'version',
  'op',
  'severity',
  'by',
  'what',
  'fields',
  'revision',
] as const;
export type ReportColumn = (typeof REPORT_COLUMNS)[number];

/** Texts without control characters; `fields` is JSON, a list of `ReportField`. Absent is as good as empty. */
export interface ReportRow extends Readonly<Partial<Record<ReportColumn, string>>> {
  readonly section: ReportSection;
}

/** `changed`: that it did is known, its values are not kept. */
export type ReportField = FieldDiff | { readonly path: string; readonly op: 'changed' };

/** What a row's SHA-256 is taken of: the section and every column in order, as a JSON list of texts. The same in all formats. */
export const reportRowText = (row: ReportRow): string =>
  JSON.stringify([row.section, ...REPORT_COLUMNS.map((column) => row[column] ?? '')]);

/** On one line and whole in UTF-8, whatever it was. */
export const reportWord = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();

/** A section's bytes in the file, which follow one another from its first byte on. */
export interface ReportPart {
  readonly section: ReportSection;
  readonly bytes: number;
  readonly rows: number;
  /** Hexadecimal, of these bytes. */
  readonly sha256: string;
}

export interface ReportSeal {
  readonly keyId: string;
  /** Raw Ed25519 key, base64. */
  readonly publicKey: string;
  readonly parts: readonly ReportPart[];
  /** Base64, of `sealedText(parts)`. */
  readonly signature: string;
}

/** What is signed (UTF-8). Every byte before the seal is in exactly one part, so the whole file is. */
export const sealedText = (format: ReportFormat, parts: readonly ReportPart[]): string =>
  `mosaic report ${REPORT_VERSION} ${format}\n${parts.map(partText).join('\n')}\n`;

export const partText = ({ section, bytes, rows, sha256 }: ReportPart): string =>
  `${section} ${bytes} ${rows} ${sha256}`;
