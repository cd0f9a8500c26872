import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKey } from '@mosaic/runtime';
import {
  csvHead,
  REPORT_FORMATS,
  REPORT_SECTIONS,
  type ReportFormat,
  type ReportPart,
  type ReportRow,
  reportLine,
  reportRowText,
  sealedText,
  sealText,
} from '@mosaic/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifyReport } from './verify.ts';

const key = makeKey();
const folder = mkdtempSync(join(tmpdir(), 'mosaic-verify-'));
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const rows: readonly ReportRow[] = [
  { section: 'about', name: 'From', what: '2026-11-20T00:00:00.000Z' },
  {
    ...{ section: 'changes', at: '2026-11-20T03:12:00.000Z', cluster: 'eu-1', namespace: 'shop', kind: 'Deployment' },
    ...{
      name: 'checkout',
      uid: 'u-1',
      version: '7',
      op: 'modify',
      severity: '2',
      by: 'kubectl',
      what: 'image "1" → <2>',
    },
    ...{ fields: '[{"path":"spec.image","op":"replace","before":"1","after":"2"}]', revision: 'd'.repeat(64) },
  },
  { section: 'changes', at: '2026-11-20T03:11:00.000Z', kind: 'Pod', name: 'cart-0', version: '3', what: '=1+1, ünd' },
  { section: 'pods', name: 'cart-0', at: '2026-11-20T01:00:00.000Z', what: 'shop/cart:1' },
];

const around: Readonly<Record<ReportFormat, (name: string, lines: string) => string>> = {
  csv: (name, lines) => `${name === 'about' ? csvHead : ''}${lines}`,
  json: (name, lines) => `${name === 'about' ? '{"mosaicReport":1,\n' : ''}"${name}":[\n${lines}\n],\n`,
  html: (name, lines) => `<section id="${name}"><table>\n${lines}</table></section>\n`,
};

/** As the server writes it: sections, their hashes, the seal. */
function reportIn(format: ReportFormat): Buffer {
  const texts = REPORT_SECTIONS.map((section) => {
    const own = rows.filter((row) => row.section === section);
    const lines = own
      .map((row, i) => reportLine(format, { row, sha256: sha256(reportRowText(row)) }, i === 0))
      .join('');
    return { section, rows: own.length, text: around[format](section, lines) };
  });
  const parts: readonly ReportPart[] = texts.map(({ section, rows: count, text }) => ({
    ...{ section, rows: count, bytes: Buffer.byteLength(text), sha256: sha256(text) },
  }));
  const signature = Buffer.from(key.sign(Buffer.from(sealedText(format, parts)))).toString('base64');
  const seal = { keyId: key.keyId, publicKey: Buffer.from(key.publicKey).toString('base64'), parts, signature };
  return Buffer.from(`${texts.map(({ text }) => text).join('')}${sealText(format, seal)}`);
}

function verified(bytes: Uint8Array, format: ReportFormat) {
  const file = join(folder, `report.${format}`);
  writeFileSync(file, bytes);
  return verifyReport(file);
}

test.each(REPORT_FORMATS)('a %s report is whole as it was signed', async (format) => {
  const { findings, rows: count, seal } = await verified(reportIn(format), format);
  expect(findings).toEqual([]);
  expect(count).toBe(rows.length);
  expect(seal?.keyId).toBe(key.keyId);
});

test.each(REPORT_FORMATS)('a %s report with any one bit turned is found', async (format) => {
  const whole = reportIn(format);
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
      const altered = Uint8Array.from(whole);
      altered[at] = (altered[at] ?? 0) ^ (1 << bit);
      expect((await verified(altered, format)).findings).not.toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test.each(REPORT_FORMATS)('a %s report with bytes put in or taken out is found', async (format) => {
  const whole = reportIn(format);
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: whole.length }),
      fc.nat({ max: 40 }),
      fc.uint8Array({ maxLength: 40 }),
      async (at, out, into) => {
        const altered = Buffer.concat([whole.subarray(0, at), into, whole.subarray(at + out)]);
        fc.pre(!altered.equals(whole));
        expect((await verified(altered, format)).findings).not.toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
});

test.each(REPORT_FORMATS)('what was altered in a %s report is named', async (format) => {
  const altered = reportIn(format).toString().replace('kubectl', 'nobody!');
  const { findings } = await verified(Buffer.from(altered), format);
  expect(findings).toEqual([
    'altered: changes: Deployment shop/checkout, version 7, at 2026-11-20T03:12:00.000Z',
    'section changes is not as it was signed',
  ]);
});

test('a row with its hash made anew is found by its section', async () => {
  const [, row] = rows as [ReportRow, ReportRow];
  const forged = reportIn('csv')
    .toString()
    .replace('kubectl', 'nobody!')
    .replace(sha256(reportRowText(row)), sha256(reportRowText({ ...row, by: 'nobody!' })));
  expect((await verified(Buffer.from(forged), 'csv')).findings).toEqual(['section changes is not as it was signed']);
});

test('a report without its end says so, and still names altered rows', async () => {
  const cut = reportIn('json').toString().replace('cart-0', 'cart-1').split('"pods"')[0] ?? '';
  expect((await verified(Buffer.from(cut), 'json')).findings).toEqual([
    'the file does not end with a seal: it was cut short, or its end was altered',
    'altered: changes: Pod cart-1, version 3, at 2026-11-20T03:11:00.000Z',
  ]);
});
