// A small server of believable answers: `npm run mock -w ui`, then open the page it prints. Serves ui/dist when it is built.
// MANY=5000 answers with the large graph.

import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answerTo } from './answers.ts';
import { storyUntil } from './graph-at.ts';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

function file(path: string, to: ServerResponse): void {
  const wanted = normalize(path === '/' ? '/index.html' : path);
  try {
    const bytes = readFileSync(join(DIST, wanted));
    to.writeHead(200, { 'content-type': TYPES[extname(wanted)] ?? 'application/octet-stream' }).end(bytes);
  } catch {
    to.writeHead(404).end('not found');
  }
}

export function mockServer(settings: { many: number; now: () => number; frozen: boolean }) {
  const first = settings.now();
  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/api/v1/topology/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
      return;
    }
    if (!url.pathname.startsWith('/api/') && url.pathname !== '/readyz') return file(url.pathname, response);
    const story = storyUntil(settings.frozen ? first : settings.now());
    const body = answerTo(story, url.pathname, url.searchParams, settings.many);
    const problem = {
      type: 'about:blank',
      title: 'Not known here',
      status: 404,
      detail: `${url.pathname} is not answered by the mock server`,
      id: 'mock',
    };
    response
      .writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' })
      .end(JSON.stringify(body ?? problem));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.env.PORT ?? 9100);
  const now = process.env.NOW === undefined ? Date.now : () => Date.parse(process.env.NOW ?? '');
  mockServer({ many: Number(process.env.MANY ?? 0), now, frozen: true }).listen(port, '127.0.0.1', () => {
    process.stdout.write(`the page on fixtures: http://127.0.0.1:${port}\n`);
  });
}
