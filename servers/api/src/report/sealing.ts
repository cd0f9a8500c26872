// Rows become bytes, each section's hashed as they go, and the list of hashes is signed at the end: nothing is held but one block.

import { createHash } from 'node:crypto';
import type { SigningKey } from '@mosaic/runtime';
import {
  isFolded,
  type ReportFormat,
  type ReportPart,
  type ReportRow,
  type ReportSection,
  reportLine,
  reportRowText,
  sealedText,
  sealText,
} from '@mosaic/wire';
import { type ReportForm, reportForm } from './forms.ts';

const BLOCK_CHARS = 64 * 1024;

export type Sections = Iterable<readonly [ReportSection, Iterable<ReportRow> | AsyncIterable<ReportRow>]>;

/** Blocks of about 64 KiB. */
export async function* sealed(
  { format, title }: { readonly format: ReportFormat; readonly title: string },
  sections: Sections,
  key: SigningKey,
): AsyncGenerator<Buffer> {
  const form = reportForm(format, title);
  const parts: ReportPart[] = [];
  for (const [section, rows] of sections) parts.push(yield* sectionBytes(form, format, section, rows));
  const { keyId, publicKey } = key;
  const signature = Buffer.from(key.sign(Buffer.from(sealedText(format, parts)))).toString('base64');
  yield Buffer.from(
    sealText(format, { keyId, publicKey: Buffer.from(publicKey).toString('base64'), parts, signature }),
  );
}

async function* sectionBytes(
  form: ReportForm,
  format: ReportFormat,
  section: ReportSection,
  rows: Iterable<ReportRow> | AsyncIterable<ReportRow>,
): AsyncGenerator<Buffer, ReportPart> {
  const hash = createHash('sha256');
  let [bytes, count, folded, text] = [0, 0, 0, form.open(section)];
  const block = (): Buffer => {
    const made = Buffer.from(text);
    hash.update(made);
    bytes += made.length;
    text = '';
    return made;
  };
  for await (const row of rows) {
    if (count === 0) text += form.head(section);
    text += reportLine(format, { row, sha256: sha256Of(reportRowText(row)) }, count === 0);
    count++;
    if (isFolded(row)) folded++;
    if (text.length >= BLOCK_CHARS) yield block();
  }
  text += form.close(section, count, folded);
  yield block();
  return { section, bytes, rows: count, sha256: hash.digest('hex') };
}

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');
