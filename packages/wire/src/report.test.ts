import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  REPORT_COLUMNS,
  REPORT_FORMATS,
  REPORT_SECTIONS,
  type ReportColumn,
  type ReportField,
  type ReportSeal,
  reportRowText,
  reportWord,
  sealedText,
} from './report.ts';
import { REPORT_CELLS, reportLine, reportReader } from './report-rows.ts';
import { readSeal, sealText } from './report-seal.ts';

const word = fc.string({ unit: 'binary', maxLength: 30 }).map(reportWord);
const plain = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.dictionary(fc.string(), fc.string()),
);
const field = fc
  .record({ path: word, op: fc.constantFrom('add', 'remove', 'replace', 'changed'), before: plain, after: plain })
  .map(({ path, op, before, after }) => ({
    ...{ path, op },
    ...((op === 'remove' || op === 'replace') && { before }),
    ...((op === 'add' || op === 'replace') && { after }),
  }));
const row = fc.constantFrom(...REPORT_SECTIONS).chain((section) => {
  const columns = REPORT_CELLS[section].flat();
  const of = (column: ReportColumn) =>
    column === 'fields' ? fc.array(field, { maxLength: 4 }).map((all) => JSON.stringify(all)) : word;
  return fc
    .record(Object.fromEntries(columns.map((column) => [column, of(column)])), { requiredKeys: [] })
    .map((texts) => ({ section, ...texts }));
});
const sha256 = 'ab'.repeat(32);

test.each(REPORT_FORMATS)('what a %s report says of a row is read back, one line each', (format) => {
  fc.assert(
    fc.property(row, (one) => {
      const read = reportReader(format);
      read(`"${one.section}":[`);
      const line = reportLine(format, { row: one, sha256 }, true).replace(/\r?\n$/, '');
      expect(line).not.toMatch(/[\r\n]/);
      const again = read(line);
      expect(again?.sha256).toBe(sha256);
      expect(again && reportRowText(again.row)).toBe(reportRowText(one));
    }),
  );
});

test('rows that differ have texts that differ', () => {
  fc.assert(
    fc.property(row, row, (a, b) => {
      const same =
        a.section === b.section && REPORT_COLUMNS.every((c) => (textAt(a, c) ?? '') === (textAt(b, c) ?? ''));
      expect(reportRowText(a) === reportRowText(b)).toBe(same);
    }),
  );
});
const textAt = (of: object, column: ReportColumn): string | undefined =>
  (of as Partial<Record<ReportColumn, string>>)[column]; // a generated row

const seal: ReportSeal = {
  keyId: '0123456789abcdef',
  publicKey: 'A'.repeat(43).concat('='),
  parts: REPORT_SECTIONS.map((section, i) => ({ section, bytes: 10 * i, rows: i, sha256 })),
  signature: 'B'.repeat(86).concat('=='),
};

test.each(REPORT_FORMATS)(
  'the seal of a %s report is read from the end of a file, and no other text is one',
  (format) => {
    const text = sealText(format, seal);
    const file = `something\n${text}`;
    expect(readSeal(file)).toEqual({ format, seal, text });
    for (let i = 0; i < text.length; i++) {
      const other = `${text.slice(0, i)}${text[i] === 'x' ? 'y' : 'x'}${text.slice(i + 1)}`;
      const read = readSeal(`something\n${other}`);
      if (read !== undefined)
        expect({ ...read.seal, sealed: sealedText(format, read.seal.parts) }).not.toEqual({
          ...seal,
          sealed: sealedText(format, seal.parts),
        });
    }
    expect(readSeal(`${file} `)).toBeUndefined();
    expect(readSeal(file.slice(0, -1))).toBeUndefined();
  },
);

test('a field whose value is not kept stays told', () => {
  const fields: readonly ReportField[] = [{ path: 'spec.replicas', op: 'changed' }];
  const line = reportLine('html', { row: { section: 'changes', fields: JSON.stringify(fields) }, sha256 }, true);
  expect(reportReader('html')(line.trimEnd())?.row.fields).toBe(JSON.stringify(fields));
});
