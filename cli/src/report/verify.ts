// Whether an audit report is what a Mosaic signed: every byte by its section's hash, every row by its own, all of it by the signature.

import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { keyIdOf, verifyEd25519 } from '@mosaic/runtime';
import {
  type FoundSeal,
  type ReportFormat,
  type ReportPart,
  type ReportSeal,
  type ReportSection,
  readSeal,
  sealedText,
} from '@mosaic/wire';
import { rowCheck } from './rows.ts';

/** A seal is about 2 KB. */
const MOST_SEAL_BYTES = 16 * 1024;

export interface Verdict {
  /** What was altered, in words; nothing when the file is whole. */
  readonly findings: readonly string[];
  readonly seal?: ReportSeal;
  readonly rows: number;
}

/** Reads the file once, a block at a time. Throws when it cannot be read. */
export async function verifyReport(path: string): Promise<Verdict> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const found = readSeal(await endOf(file, size));
    if (found === undefined) return await unsealed(file, path);
    const content = size - Buffer.byteLength(found.text);
    return await sealedVerdict(file, content, found);
  } finally {
    await file.close();
  }
}

async function endOf(file: FileHandle, size: number): Promise<string> {
  const from = Math.max(0, size - MOST_SEAL_BYTES);
  const bytes = Buffer.alloc(size - from);
  await file.read(bytes, 0, bytes.length, from);
  // Every seal is ASCII: bytes that are not stay apart in this encoding, in UTF-8 they could fall together.
  return bytes.toString('latin1');
}

const NO_SEAL = 'the file does not end with a seal: it was cut short, or its end was altered';

/** Rows can still be held against their own hashes. */
async function unsealed(file: FileHandle, path: string): Promise<Verdict> {
  const check = rowCheck(await formatOf(file, path));
  for await (const block of blocksOf(file, Number.POSITIVE_INFINITY)) check.take(block);
  return { findings: [NO_SEAL, ...check.end().findings], rows: check.end().rows };
}

async function formatOf(file: FileHandle, path: string): Promise<ReportFormat> {
  const { buffer } = await file.read(Buffer.alloc(16), 0, 16, 0);
  const begins = buffer.toString();
  if (begins.startsWith('<!') || path.endsWith('.html')) return 'html';
  return begins.startsWith('{') || path.endsWith('.json') ? 'json' : 'csv';
}

async function sealedVerdict(file: FileHandle, content: number, { format, seal }: FoundSeal): Promise<Verdict> {
  const check = rowCheck(format);
  const parts = partCheck(seal.parts);
  for await (const block of blocksOf(file, content)) {
    parts.take(block);
    check.take(block);
  }
  const rows = check.end();
  const sealedBytes = seal.parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const findings = [
    ...signatureFindings(format, seal),
    ...rows.findings,
    ...countFindings(seal.parts, rows.bySection),
    ...lengthFindings(content - sealedBytes),
    ...parts.end().map((section) => `section ${section} is not as it was signed`),
  ];
  return { findings, seal, rows: rows.rows };
}

async function* blocksOf(file: FileHandle, until: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < until; ) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(64 * 1024), 0, Math.min(64 * 1024, until - at), at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function signatureFindings(
  format: ReportFormat,
  { keyId, publicKey, parts, signature }: ReportSeal,
): readonly string[] {
  const key = Buffer.from(publicKey, 'base64');
  const sign = Buffer.from(signature, 'base64');
  const isExact = key.toString('base64') === publicKey && sign.toString('base64') === signature;
  if (!isExact || key.length !== 32 || keyIdOf(key) !== keyId) return ['the key in the seal was altered'];
  const isSigned = verifyEd25519(key, Buffer.from(sealedText(format, parts)), sign);
  return isSigned ? [] : ['the signature is not of this seal: its hashes, its key or itself was altered'];
}

/** Sections by their length, one behind another. */
function partCheck(parts: readonly ReportPart[]) {
  const altered: ReportSection[] = [];
  let [index, taken, hash]: [number, number, Hash] = [0, 0, createHash('sha256')];
  const close = (): void => {
    const part = parts[index];
    if (part !== undefined && hash.digest('hex') !== part.sha256) altered.push(part.section);
    [index, taken, hash] = [index + 1, 0, createHash('sha256')];
  };
  return {
    take(block: Buffer): void {
      for (let at = 0; at < block.length; ) {
        const part = parts[index];
        if (part === undefined) return;
        const some = block.subarray(at, at + part.bytes - taken);
        hash.update(some);
        [at, taken] = [at + some.length, taken + some.length];
        if (taken === part.bytes) close();
      }
    },
    end(): readonly ReportSection[] {
      while (index < parts.length) close();
      return altered;
    },
  };
}

const countFindings = (parts: readonly ReportPart[], rows: ReadonlyMap<ReportSection, number>): readonly string[] =>
  parts.flatMap(({ section, rows: signed }) => {
    const count = rows.get(section) ?? 0;
    return count === signed ? [] : [`section ${section} has ${count} readable rows; signed were ${signed}`];
  });

const lengthFindings = (more: number): readonly string[] =>
  more === 0 ? [] : [`the file has ${Math.abs(more)} bytes ${more > 0 ? 'more' : 'fewer'} than were signed`];
