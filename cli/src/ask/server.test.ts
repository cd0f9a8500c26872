import { clusterSchema, listOf } from '@mosaic/wire';
import { expect, test } from 'vitest';
import { codeOf, EXIT } from '../exit.ts';
import { server, serverUrl } from './server.ts';

const known = listOf(clusterSchema);
const answering = (status: number, body: unknown) =>
  server(
    'http://m:9000',
    async () => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } }),
  );
const problem = (status: number, detail: string) => ({ type: 'about:blank', title: 'No', status, detail, id: '1' });

test.each([
  [400, EXIT.usage],
  [404, EXIT.nothing],
  [410, EXIT.notCovered],
  [503, EXIT.error],
])('a refusal with %i ends with %i, in the server’s words', async (status, code) => {
  const asked = answering(status, problem(status, 'because of that')).ask('/clusters', {}, known);
  const error = await asked.catch((thrown: unknown) => thrown);
  expect(codeOf(error)).toBe(code);
  expect(error).toMatchObject({ message: 'because of that' });
});

test('an answer of another version is said to be one', async () => {
  await expect(answering(200, { items: 'none' }).ask('/clusters', {}, known)).rejects.toThrow('another version');
});

test('nobody there is said with what to do', async () => {
  const away = server('http://m:9000', () =>
    Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })),
  );
  await expect(away.ask('/clusters', {}, known)).rejects.toThrow(
    /no Mosaic answers at http:\/\/m:9000; start one.*ECONNREFUSED/,
  );
});

test('only what is given is asked for', async () => {
  const urls: string[] = [];
  const noting = server('http://m', async (url) => {
    urls.push(String(url));
    return Response.json({ items: [], coverage: { complete: true, gaps: [] } });
  });
  await noting.ask('/clusters', { a: 'x y', b: undefined, c: 2 }, known);
  expect(urls).toEqual(['http://m/api/v1/clusters?a=x+y&c=2']);
});

test('an address is taken as it is given, less its last slash', () => {
  expect(serverUrl('http://m:9/')).toBe('http://m:9');
});
