import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gone, type Listing, notFound, type ObjectSource, type WatchEvent } from '../port.ts';
import { type MemorySource, memorySource } from '../testing/memory-source.ts';
import { plant, pod } from '../testing/test-api.ts';
import { apiHandler, type PlaceOf } from './handler.ts';

const NOON = Date.parse('2026-01-02T12:00:00Z');
let server: Server;
let url = '';
let eu: MemorySource;

/** As the past is served: an instant and a cluster before `/api`; what happened since is replayed. */
function pastOf(instant: number, warnings: readonly string[] = []): ObjectSource {
  const { write: _write, watch: _watch, ...reading } = eu;
  return { ...reading, now: () => instant, warning: () => warnings, watch: replay };
}

let pace: () => Promise<void> = () => Promise.resolve();
const replay: NonNullable<ObjectSource['watch']> = async (_kind, _namespace, _version, tell, signal, taken) => {
  for (let i = 0; i < 3 && !signal.aborted; i++) {
    tell({ type: 'ADDED', object: plant(eu, 'Pod', pod(`later-${i}`)) } satisfies WatchEvent);
    await taken();
    await pace();
  }
};

const placeOf: PlaceOf = async (path) => {
  const [, instant = '', cluster = ''] = /^\/at\/([^/]+)\/([^/]+)/.exec(path) ?? [];
  if (cluster !== 'eu-1') throw notFound(`no cluster is called ${JSON.stringify(cluster)}`);
  const at = Date.parse(instant);
  if (at < NOON - 86_400_000) throw gone('older than what is kept');
  const warnings = at < NOON ? ['nobody watched from 11:00 to 11:20', 'clock skewed – 7 min'] : [];
  return { source: pastOf(at, warnings), prefix: `/at/${instant}/${cluster}`, readOnlyBecause: 'this is the past' };
};

beforeEach(async () => {
  pace = () => Promise.resolve();
  eu = memorySource({ now: () => NOON });
  plant(eu, 'Pod', pod('a', { metadata: { creationTimestamp: '2026-01-02T10:00:00Z' } }));
  server = createServer(apiHandler(placeOf));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
});
afterEach(
  () =>
    new Promise((closed) => {
      server.close(closed);
      server.closeAllConnections();
    }),
);

const PODS = 'eu-1/api/v1/namespaces/default/pods';
const table = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };

describe('a face that shows many clusters and moments', () => {
  it('counts ages from the moment a path names, and says what is not known of it', async () => {
    const ages = await Promise.all(
      ['2026-01-02T12:00:00Z', '2026-01-02T11:00:00Z'].map(async (instant) => {
        const response = await fetch(`${url}/at/${instant}/${PODS}`, { headers: table });
        const { rows } = (await response.json()) as { rows: readonly { cells: readonly unknown[] }[] }; // a Table
        return [rows[0]?.cells[4], response.headers.get('warning')];
      }),
    );
    expect(ages).toEqual([
      ['120m', null],
      ['60m', '299 - "nobody watched from 11:00 to 11:20", 299 - "clock skewed ? 7 min"'],
    ]);
  });

  it.each([
    ['an unknown cluster', `/at/2026-01-02T12:00:00Z/us-1/api/v1/pods`, 404, 'NotFound'],
    ['a moment older than what is kept', `/at/2025-12-01T00:00:00Z/${PODS}`, 410, 'Expired'],
    ['no moment at all', '/api/v1/pods', 404, 'NotFound'],
  ])('%s is answered with a Status', async (_sentence, path, code, reason) => {
    const response = await fetch(url + path);
    expect([response.status, await response.json()]).toEqual([
      code,
      expect.objectContaining({ kind: 'Status', reason }),
    ]);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s is answered 405, and why', async (method) => {
    const path = method === 'POST' ? PODS : `${PODS}/a`;
    const response = await fetch(`${url}/at/2026-01-02T12:00:00Z/${path}`, {
      method,
      ...(method === 'DELETE' ? {} : { body: '{}' }),
    });
    expect([response.status, await response.json()]).toEqual([
      405,
      expect.objectContaining({ message: 'this is the past' }),
    ]);
  });

  it('serves discovery and health below each place', async () => {
    const at = `${url}/at/2026-01-02T12:00:00Z/eu-1`;
    const answers = await Promise.all(
      ['/version', '/readyz', '/apis', '/openapi/v3', '/openapi/v3/api/v1'].map((path) => fetch(at + path)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });

  it('ends a watch when its replay has come to the end', async () => {
    const response = await fetch(`${url}/at/2026-01-02T12:00:00Z/${PODS}?watch=true&resourceVersion=1`);
    const lines = (await response.text()).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as WatchEvent).object.metadata.name)).toEqual([
      'later-0',
      'later-1',
      'later-2',
    ]);
  });

  it('tells the reader of a watch why its replay broke off', async () => {
    pace = () => Promise.reject(gone('the rest is not kept'));
    const response = await fetch(`${url}/at/2026-01-02T12:00:00Z/${PODS}?watch=true&resourceVersion=1`);
    const [first = '', second = ''] = (await response.text()).trim().split('\n');
    expect(JSON.parse(first)).toMatchObject({ type: 'ADDED' });
    expect(JSON.parse(second)).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
  });
});

it('a page of one moment is not continued at another', async () => {
  for (const name of ['b', 'c']) plant(eu, 'Pod', pod(name));
  const place =
    (version: string): PlaceOf =>
    () => ({
      prefix: '',
      source: {
        ...pastOf(NOON),
        list: (kind, namespace) => ({ ...eu.list(kind, namespace), resourceVersion: version }) as Listing,
      },
    });
  const ask = async (version: string, query: string) => {
    server.removeAllListeners('request');
    server.on('request', apiHandler(place(version)));
    return fetch(`${url}/api/v1/pods?limit=2${query}`);
  };
  const first = (await (await ask('7', '')).json()) as { metadata: { continue: string } }; // a page that is not the last
  expect((await ask('7', `&continue=${first.metadata.continue}`)).status).toBe(200);
  const other = await ask('8', `&continue=${first.metadata.continue}`);
  expect([other.status, await other.json()]).toEqual([410, expect.objectContaining({ reason: 'Expired' })]);
});
