// The rows of a report held against the hashes beside them, as the file is read; each that does not fit is named.

import { createHash } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import {
  type HashedRow,
  type ReportFormat,
  type ReportRow,
  type ReportSection,
  reportReader,
  reportRowText,
} from '@mosaic/wire';

const MOST_NAMED = 50;
/** No row is longer; what is, is none. */
const MOST_LINE_CHARS = 4 * 1024 * 1024;

export interface RowVerdict {
  readonly findings: readonly string[];
  readonly rows: number;
  readonly bySection: ReadonlyMap<ReportSection, number>;
}

export interface RowCheck {
  take(block: Buffer): void;
  end(): RowVerdict;
}

export function rowCheck(format: ReportFormat): RowCheck {
  const read = reportReader(format);
  const decoder = new StringDecoder('utf8');
  const bySection = new Map<ReportSection, number>();
  const findings: string[] = [];
  let [rest, rows, altered] = ['', 0, 0];
  const line = (text: string): void => {
    const found = read(text);
    if (found === undefined) return;
    rows++;
    bySection.set(found.row.section, (bySection.get(found.row.section) ?? 0) + 1);
    if (isTrue(found)) return;
    altered++;
    if (altered <= MOST_NAMED) findings.push(`altered: ${rowName(found.row)}`);
  };
  return {
    take(block) {
      const lines = `${rest}${decoder.write(block)}`.split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > MOST_LINE_CHARS) rest = '';
      for (const one of lines) line(one);
    },
    end() {
      if (rest !== '') line(rest);
      rest = '';
      const more = altered > MOST_NAMED ? [`and ${altered - MOST_NAMED} more rows were altered`] : [];
      return { findings: [...findings, ...more], rows, bySection };
    },
  };
}

const isTrue = ({ row, sha256 }: HashedRow): boolean =>
  createHash('sha256').update(reportRowText(row)).digest('hex') === sha256;

/** `changes: Deployment shop/checkout, version 7, at 2026-11-20T03:12:00.000Z`. */
export function rowName({ section, at, kind, namespace, name, version, by }: ReportRow): string {
  const object = [kind, [namespace, name].filter(Boolean).join('/')].filter(Boolean).join(' ');
  const told = [object || by || '', version && `version ${version}`, at && `at ${at}`].filter(Boolean);
  return `${section}: ${told.join(', ')}`;
}
