import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { chooseClusters } from './choice.ts';

const before = process.env.KUBECONFIG;
afterEach(() => {
  if (before === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = before;
});

test('the playground is taken when asked for', async () => {
  expect(await chooseClusters(['playground'])).toMatchObject({ kind: 'playground', because: 'asked for' });
});

test('without a kubeconfig the playground is taken, and it says so', async () => {
  process.env.KUBECONFIG = '/nonexistent/kubeconfig';
  expect(await chooseClusters(undefined)).toMatchObject({ kind: 'playground' });
});

test('the current context is taken when it answers', async () => {
  const server = createServer((_, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"major":"1","minor":"34","gitVersion":"v1.34.2"}'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env.KUBECONFIG = kubeconfig((server.address() as AddressInfo).port); // listening on TCP
  expect(await chooseClusters(undefined)).toMatchObject({ kind: 'kubernetes', contexts: ['here'] });
  server.close();
});

test('a current context that does not answer gives way to the playground, with what it said', async () => {
  process.env.KUBECONFIG = kubeconfig(1);
  const choice = await chooseClusters(undefined);
  expect(choice.kind).toBe('playground');
  expect(choice.because).toMatch(/context here is of no use now: .*127\.0\.0\.1:1.*ECONNREFUSED/);
});

test('a current context that refuses who asks gives way too, and says that it does', async () => {
  const server = createServer((_, response) =>
    response
      .writeHead(401, { 'content-type': 'application/json' })
      .end('{"kind":"Status","message":"Unauthorized","reason":"Unauthorized","code":401}'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env.KUBECONFIG = kubeconfig((server.address() as AddressInfo).port); // listening on TCP
  expect(await chooseClusters(undefined)).toMatchObject({
    kind: 'playground',
    because: expect.stringContaining('Unauthorized'),
  });
  server.close();
});

test('no simulated past is mixed into that of a cluster which does not answer now', async () => {
  process.env.KUBECONFIG = kubeconfig(1);
  const choice = await chooseClusters(undefined, { isKnown: (context) => context === 'here' });
  expect(choice).toMatchObject({ kind: 'kubernetes', contexts: ['here'] });
});

test('a kubeconfig that cannot be read is not called absent', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'mosaic-choice-')), 'config');
  writeFileSync(path, 'contexts: [');
  process.env.KUBECONFIG = path;
  expect((await chooseClusters(undefined)).because).toContain('the kubeconfig cannot be read');
  await expect(chooseClusters(['eu-1'])).rejects.toThrow('the kubeconfig cannot be read');
});

test('a context that is not in the kubeconfig is refused with those that are', async () => {
  process.env.KUBECONFIG = kubeconfig(1);
  await expect(chooseClusters(['there'])).rejects.toThrow('there: not in the kubeconfig; it has here');
});

function kubeconfig(port: number): string {
  const path = join(mkdtempSync(join(tmpdir(), 'mosaic-choice-')), 'config');
  writeFileSync(
    path,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'here',
      clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: 'u', user: {} }],
      contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
    }),
  );
  return path;
}
