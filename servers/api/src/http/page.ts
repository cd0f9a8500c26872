// The built page: files as they are, everything else that a person could have typed is the page itself.

import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { NextFunction, Request, Response } from 'express';
import { boundedMap } from '../asking/bounded-map.ts';
import { takesGzip } from './json.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};
const PACKED: ReadonlySet<string> = new Set([
  '.html',
  '.js',
  '.mjs',
  '.css',
  '.json',
  '.map',
  '.svg',
  '.webmanifest',
  '.txt',
]);
const MOST_PACKED_BYTES = 8 * 1024 * 1024;
/** Vite names built files by their content. */
const HASHED = /[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;
const pack = promisify(gzip);

export function page(dir: string) {
  const packed = boundedMap<Buffer>(100);
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next();
    const path = pathOf(request.path);
    if (path === undefined || isOurs(request.path)) return next();
    const file = await fileAt(dir, path);
    if (file !== undefined) return send(file, request, response, packed);
    if (extname(path) !== '' && !request.accepts('html')) return next();
    if (path.startsWith('/assets/')) return next();
    const index = await fileAt(dir, '/index.html');
    return index === undefined ? next() : send(index, request, response, packed);
  };
}

const isOurs = (path: string): boolean => /^\/(api|livez|readyz|metrics|v1|write|query)(\/|$)/.test(path);

/** Undefined for what leads out of the folder. */
function pathOf(raw: string): string | undefined {
  try {
    const path = normalize(decodeURIComponent(raw)).replaceAll(sep, '/');
    return path.includes('\0') || path.startsWith('..') ? undefined : path === '/' ? '/index.html' : path;
  } catch {
    return undefined;
  }
}

interface PageFile {
  readonly path: string;
  readonly bytes: number;
  readonly etag: string;
}

async function fileAt(dir: string, path: string): Promise<PageFile | undefined> {
  const full = join(dir, path);
  if (!full.startsWith(join(dir, sep))) return undefined;
  try {
    const { size, mtimeMs } = await stat(full).then((found) =>
      found.isFile() ? found : Promise.reject(new Error('a folder')),
    );
    return { path: full, bytes: size, etag: `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"` };
  } catch {
    return undefined; // not there is an answer: the page itself, or a 404
  }
}

async function send(
  file: PageFile,
  request: Request,
  response: Response,
  packed: ReturnType<typeof boundedMap<Buffer>>,
): Promise<void> {
  const extension = extname(file.path);
  const isHashed = HASHED.test(file.path) && extension !== '.html';
  response.set({
    'Content-Type': TYPES[extension] ?? 'application/octet-stream',
    'Cache-Control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: file.etag,
    Vary: 'Accept-Encoding',
  });
  if (request.headers['if-none-match'] === file.etag) {
    response.status(304).end();
    return;
  }
  if (PACKED.has(extension) && file.bytes > 1_400 && file.bytes < MOST_PACKED_BYTES && takesGzip(request)) {
    const key = file.path + file.etag;
    const body = packed.get(key) ?? (await pack(await readFile(file.path)));
    packed.set(key, body);
    response.set({ 'Content-Encoding': 'gzip', 'Content-Length': String(body.length) });
    response.end(request.method === 'HEAD' ? undefined : body);
    return;
  }
  response.set('Content-Length', String(file.bytes));
  if (request.method === 'HEAD') response.end();
  else
    createReadStream(file.path)
      .on('error', () => response.destroy())
      .pipe(response);
}
