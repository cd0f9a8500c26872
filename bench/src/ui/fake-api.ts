// The real built page, and in the place of the API generated answers of its shape: so that a scene's load is exactly what it says.

import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { repositoryRoot } from '@mosaic/dev';
import type { ClusterAnswer, TimelineAnswer } from '@mosaic/wire';

export interface FakeApi {
  readonly url: string;
  stop(): Promise<void>;
}
/** What a scene answers itself, by path below /api/v1; a string is JSON already. */
export type Answers = Readonly<Record<string, (query: URLSearchParams) => unknown>>;
/** Who opens a path below /api/v1 as a stream of events. */
export type Streams = Readonly<Record<string, (response: ServerResponse) => void>>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const PAGE = join(repositoryRoot(), 'ui/dist');
const whole = { complete: true, gaps: [] };

export async function fakeApi(own: Answers, streams: Streams = {}): Promise<FakeApi> {
  const answers: Answers = { ...QUIET, ...own };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const path = url.pathname.replace(/^\/api\/v1/, '');
    const [stream, answer] = [streams[path], answers[path]];
    if (path.endsWith('/stream')) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      response.write('retry: 2000\n\n');
      stream?.(response);
    } else if (answer !== undefined) json(response, answer(url.searchParams));
    else void file(response, url.pathname);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // listening on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A calm day of three clusters, for what a scene is not about. */
const QUIET: Answers = {
  '/readyz': () => ({ status: 'ok', dependencies: {} }),
  '/clusters': () => ({ items: [1, 2, 3].map(cluster), coverage: whole }),
  '/timeline': timeline,
  '/topology/diff': (query) => ({
    from: query.get('from'),
    to: query.get('to'),
    level: 'workload',
    nodes: { added: [], removed: [], changed: [] },
    edges: { added: [], removed: [], changed: [] },
    coverage: whole,
  }),
  '/changes': () => ({ items: [], coverage: whole }),
  '/events': () => ({ items: [], coverage: whole }),
  '/objects': () => ({ items: [], coverage: whole }),
  '/coverage': () => ({ items: [], coverage: whole }),
};

const cluster = (id: number): ClusterAnswer => ({
  id,
  name: `eu-${id}`,
  status: 'watching',
  kind: 'kubernetes',
  watchedSince: '2026-10-01T00:00:00.000Z',
  agents: [],
  signals: [],
  retention: {},
  objects: 15_000,
  health: 'well',
});

function timeline(query: URLSearchParams): TimelineAnswer {
  const [from, to] = [query.get('from') ?? '', query.get('to') ?? ''];
  const steps = 480;
  const stepMs = (Date.parse(to) - Date.parse(from)) / steps;
  const each = <T>(value: T): T[] => Array.from({ length: steps }, () => value);
  return {
    from,
    to,
    stepMs,
    health: each('well' as const),
    events: each({ normal: 3, warning: 0 }),
    changes: each(0),
    marks: [],
    incidents: [],
    coverage: whole,
  };
}

function json(response: ServerResponse, answer: unknown): void {
  response
    .writeHead(200, { 'Content-Type': 'application/json' })
    .end(typeof answer === 'string' ? answer : JSON.stringify(answer));
}

async function file(response: ServerResponse, path: string): Promise<void> {
  const wanted = normalize(path === '/' ? '/index.html' : path);
  try {
    const bytes = await readFile(join(PAGE, wanted));
    response.writeHead(200, { 'Content-Type': TYPES[extname(wanted)] ?? 'application/octet-stream' }).end(bytes);
  } catch {
    response.writeHead(404).end(); // the page asks for more than a scene is about
  }
}
