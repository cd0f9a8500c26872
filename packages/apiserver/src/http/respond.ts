// Sending an answer: JSON or YAML, gzip when it is worth it, lists in pieces so that a large one blocks nobody.

import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { createGzip, gzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import type { Exchange } from './asked.ts';

/** Below this a compressed answer is not quicker: Kubernetes' own threshold. */
const GZIP_FROM_BYTES = 128 * 1024;
const ITEMS_PER_PIECE = 250;

export function sayWarning({ source, res }: Pick<Exchange, 'source' | 'res'>): void {
  const texts = [source.warning?.() ?? []].flat();
  if (texts.length === 0) return;
  res.setHeader(
    'Warning',
    texts.map((text) => `299 - ${JSON.stringify(asHeader(text))}`),
  );
}

/** Header values are latin-1 without control characters; anything else would make the answer fail. */
export const asHeader = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?');

export function send({ req, res }: Pick<Exchange, 'req' | 'res'>, code: number, body: unknown, yaml = false): void {
  const text = yaml ? stringify(body, { aliasDuplicateObjects: false }) : `${JSON.stringify(body)}\n`;
  sendText({ req, res }, code, yaml ? 'application/yaml' : 'application/json', text);
}

export function sendText({ req, res }: Pick<Exchange, 'req' | 'res'>, code: number, type: string, text: string): void {
  const plain = Buffer.from(text);
  const isZipped = plain.length >= GZIP_FROM_BYTES && takesGzip(req.headers['accept-encoding']);
  const bytes = isZipped ? gzipSync(plain, { level: 1 }) : plain;
  res.writeHead(code, {
    'content-type': type,
    'cache-control': 'no-cache, private',
    'content-length': bytes.length,
    ...(isZipped ? { 'content-encoding': 'gzip', vary: 'Accept-Encoding' } : {}),
  });
  res.end(req.method === 'HEAD' ? undefined : bytes);
}

const takesGzip = (accepted: string | string[] | undefined): boolean => /\bgzip\b/.test(String(accepted ?? ''));

/** `{ …head, [field]: [...parts] }`, written as it is made. */
export async function sendList(
  { req, res }: Pick<Exchange, 'req' | 'res'>,
  head: object,
  field: string,
  parts: readonly unknown[],
  textOf: (part: never) => string,
): Promise<void> {
  const zip = parts.length >= ITEMS_PER_PIECE && takesGzip(req.headers['accept-encoding']);
  res.writeHead(200, {
    'content-type': 'application/json',
    'cache-control': 'no-cache, private',
    ...(zip ? { 'content-encoding': 'gzip', vary: 'Accept-Encoding' } : {}),
  });
  const text = Readable.from(pieces(head, field, parts, textOf));
  await (zip ? pipeline(text, createGzip({ level: 1 }), res) : pipeline(text, res)).catch(ignoreHangUp(res));
}

async function* pieces(
  head: object,
  field: string,
  parts: readonly unknown[],
  textOf: (part: never) => string,
): AsyncGenerator<string> {
  const opening = JSON.stringify(head).slice(0, -1);
  yield `${opening}${opening === '{' ? '' : ','}${JSON.stringify(field)}:[`;
  for (let from = 0; from < parts.length; from += ITEMS_PER_PIECE) {
    // `never` in the parameter lets each caller name its own part type; the parts are the caller's.
    const texts = parts.slice(from, from + ITEMS_PER_PIECE).map((part) => textOf(part as never));
    yield `${from === 0 ? '' : ','}${texts.join(',')}`;
    await setImmediate();
  }
  yield ']}\n';
}

const ignoreHangUp = (res: ServerResponse) => (error: unknown) => {
  if (!res.destroyed && !res.closed) throw error;
};
