// Answers as JSON, gzipped off the main thread when the asker takes it and it is worth it.

import { gzip } from 'node:zlib';
import type { NextFunction, Request, Response } from 'express';

/** Below this the headers weigh as much. */
const WORTH_BYTES = 1_400;
/** On this very machine bytes travel for nothing: a large map waits longer for gzip than for the wire. */
const MOST_PACKED_LOCALLY = 256 * 1024;
/** Level 1: a map of 2 MB in 15 ms instead of 60, a tenth larger. */
const FAST = { level: 1 };
const MEMBERS_AT_ONCE = 200;

export function sendJson(request: Request, response: Response, value: unknown, type = 'application/json'): void {
  const parts = jsonParts(value);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  response.set({ 'Content-Type': `${type}; charset=utf-8`, Vary: 'Accept-Encoding' });
  if (!response.hasHeader('Cache-Control')) response.set('Cache-Control', 'no-store');
  const end = (bytes: readonly Buffer[], size: number): void => {
    response.set('Content-Length', String(size));
    if (request.method !== 'HEAD') for (const part of bytes) response.write(part);
    response.end();
  };
  const isLocal = length > MOST_PACKED_LOCALLY && isLoopbackPeer(request.socket.remoteAddress);
  if (length < WORTH_BYTES || isLocal || !takesGzip(request)) {
    end(parts, length);
    return;
  }
  gzip(Buffer.concat(parts, length), FAST, (error, packed) => {
    if (response.destroyed || response.headersSent) return;
    if (error) {
      end(parts, length);
      return;
    }
    response.set('Content-Encoding', 'gzip');
    end([packed], packed.length);
  });
}

/**
 * The bytes of `JSON.stringify(value)`. Long lists right below the top are written some hundred members at a time: the text of a large map
 * as one string is megabytes that the collector goes through everything for.
 */
export function jsonParts(value: unknown): Buffer[] {
  if (!isRecord(value) || !Object.values(value).some(isLong)) return [Buffer.from(JSON.stringify(value))];
  const parts: Buffer[] = [];
  let text = '{';
  for (const [name, field] of Object.entries(value)) {
    const own = isLong(field) ? '[' : JSON.stringify(field);
    if (own === undefined) continue;
    text += `${text === '{' && parts.length === 0 ? '' : ','}${JSON.stringify(name)}:${own}`;
    if (!isLong(field)) continue;
    for (let from = 0; from < field.length; from += MEMBERS_AT_ONCE) {
      const some = JSON.stringify(field.slice(from, from + MEMBERS_AT_ONCE)).slice(1, -1);
      parts.push(Buffer.from(from === 0 ? `${text}${some}` : `,${some}`));
    }
    text = ']';
  }
  parts.push(Buffer.from(`${text}}`));
  return parts;
}

const isLong = (field: unknown): field is readonly unknown[] => Array.isArray(field) && field.length > MEMBERS_AT_ONCE;

/** Made here, so that nothing but its fields says how it is written. */
const isRecord = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  Object.getPrototypeOf(value) === Object.prototype &&
  !('toJSON' in value);

const isLoopbackPeer = (address: string | undefined): boolean =>
  address === '::1' || /^(::ffff:)?127\./.test(address ?? '');

export const takesGzip = (request: Request): boolean => request.acceptsEncodings('gzip', 'identity') === 'gzip';

/** Makes `response.json`, which Nest calls for what a controller returns, do the above. */
export function jsonAnswers(request: Request, response: Response, next: NextFunction): void {
  response.json = (value: unknown) => {
    sendJson(request, response, value);
    return response;
  };
  next();
}
