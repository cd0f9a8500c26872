// get, describe and logs without kubectl, against the face that the past is served through.

import { createServer, type Server } from 'node:http';
import { apiHandler, builtInKinds, type KubeObject } from '@mosaic/apiserver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { codeOf, EXIT } from '../exit.ts';
import { warningsIn } from './api.ts';
import { plainly } from './plain.ts';

const THEN = Date.parse('2026-01-02T03:12:00Z');
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    ...{ labels: { app: 'web' } },
    ...{ name: 'web-1', namespace: 'shop', uid: 'u', resourceVersion: '7', creationTimestamp: '2026-01-02T01:12:00Z' },
    managedFields: [{ manager: 'kubelet', fieldsV1: { 'f:status': {} } }],
  },
  spec: { containers: [{ name: 'main' }], nodeName: 'n1' },
  status: { phase: 'Running', podIP: '10.0.0.1' },
} satisfies KubeObject;
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'web',
    namespace: 'shop',
    uid: 'd',
    resourceVersion: '6',
    creationTimestamp: '2026-01-01T00:00:00Z',
  },
  spec: { replicas: 1, selector: { matchLabels: { app: 'web' } } },
} satisfies KubeObject;

const node = {
  ...{
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n1', uid: 'n', resourceVersion: '5', creationTimestamp: '2026-01-01T00:00:00Z' },
  },
  status: { allocatable: { cpu: '2', memory: '1Gi' } },
} satisfies KubeObject;
const measured = { at: THEN, windowMs: 15_000 };
const MEBI = 2 ** 20;

let past: Server;
let url: string;
beforeAll(async () => {
  const named = (kind: string): readonly KubeObject[] =>
    ({ Pod: [pod], Deployment: [deployment], Node: [node] })[kind] ?? [];
  const handle = apiHandler({
    now: () => THEN,
    version: () => ({ major: '1', minor: '34', gitVersion: 'v1.34.0' }),
    kinds: builtInKinds,
    get: (kind, _, name) => named(kind.kind).find(({ metadata }) => metadata.name === name),
    list: (kind, namespace) => ({
      items: named(kind.kind).filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace),
      resourceVersion: '7',
    }),
    usage: {
      pods: (pods) =>
        pods.map(() => ({
          ...measured,
          containers: [
            { name: 'main', cpuNanocores: 119_500_000, memoryBytes: 60 * MEBI },
            { name: 'side', cpuNanocores: 1_000_000, memoryBytes: 4 * MEBI },
          ],
        })),
      nodes: (nodes) => nodes.map(() => ({ ...measured, cpuNanocores: 5e8, memoryBytes: 512 * MEBI })),
    },
    currentVersion: () => '7',
    async *logs(_namespace, name, { tailLines = 2 }) {
      yield* [`${name} began`, `${name} went on`].slice(-tailLines);
    },
  });
  past = createServer(handle);
  await new Promise<void>((listening) => past.listen(0, '127.0.0.1', listening));
  const address = past.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(() => new Promise((closed) => past.close(closed)));

async function said(line: string): Promise<{ readonly text: string; readonly code: number }> {
  let text = '';
  const out = { write: (part: string) => (text += part) };
  const code = await plainly(url, line.split(' '), out).catch(codeOf);
  return { text, code };
}

test.each(['get pods -n shop', 'get po web-1 -n shop', 'get pod/web-1 -n shop'])(
  '%s shows the pod, its age counted from then',
  async (line) => {
    const { text, code } = await said(line);
    expect(text).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE\nweb-1 +0\/1 +Running +0 +120m\n$/);
    expect(code).toBe(EXIT.found);
  },
);

test('all namespaces and wide show more', async () => {
  expect((await said('get pods -A -o wide')).text).toMatch(
    /NAMESPACE +NAME[^\n]+NODE[^\n]+\nshop +web-1 +.*10\.0\.0\.1 +n1/,
  );
});

test.each(['json', 'yaml'])('%s leaves out who manages which field', async (form) => {
  const { text } = await said(`get pod web-1 -n shop -o ${form}`);
  expect(text).toContain('podIP');
  expect(text).not.toMatch(/managedFields|kubelet/);
});

test('describe shows the object and that it had no events', async () => {
  const { text } = await said('describe pod web-1 -n shop');
  expect(text).toMatch(/kind: Pod[\s\S]*Events: none in the hour before/);
});

test('logs are passed on', async () => {
  expect((await said('logs web-1 -n shop')).text).toBe('web-1 began\nweb-1 went on\n');
  expect((await said('logs pod/web-1 -n shop --tail 1')).text).toBe('web-1 went on\n');
});

test('logs of a workload are those of a pod of it, and labels do as well', async () => {
  expect((await said('logs deploy/web -n shop --tail 1')).text).toBe('web-1 went on\n');
  expect((await said('logs -l app=web -n shop --tail 1')).text).toBe('web-1 went on\n');
  expect((await said('logs -l app=other -n shop')).code).toBe(EXIT.nothing);
});

test.each([
  ['json', (text: string): unknown => JSON.parse(text)],
  ['yaml', (text: string): unknown => parse(text)],
] as const)('several kinds as %s are one document', async (form, read) => {
  expect(read((await said(`get pods,deploy -n shop -o ${form}`)).text)).toMatchObject({
    kind: 'List',
    items: [{ metadata: { name: 'web-1' } }, { metadata: { name: 'web' } }],
  });
});

test('headers are left out when they are not wished', async () => {
  expect((await said('get pods -n shop --no-headers')).text).toMatch(/^web-1 /);
});

test('top shows what pods used, in the columns of kubectl', async () => {
  expect((await said('top pods -n shop')).text).toBe('NAME    CPU(cores)   MEMORY(bytes)\nweb-1   121m         64Mi\n');
  expect((await said('top pods -n shop --containers')).text).toMatch(
    /^POD +NAME +CPU.*\nweb-1 +main +120m +60Mi\nweb-1 +side +1m +4Mi\n$/,
  );
  expect((await said('top pod nobody -n shop')).code).toBe(EXIT.nothing);
});

test('top shows what of a node is used', async () => {
  expect((await said('top nodes')).text).toMatch(/^NAME .*\nn1 +500m +25% +512Mi +50%\n$/);
});

test('of several kinds each row says of which it is', async () => {
  expect((await said('get pods,svc -n shop')).text).toMatch(/^pod\/web-1 /m);
});

test('all is every kind kubectl means by it, each row with its kind', async () => {
  const { text } = await said('get all -n shop');
  expect(text).toMatch(/^pod\/web-1 /m);
  expect(text).toMatch(/^deployment\.apps\/web /m);
});

test.each([
  ['get pods', EXIT.nothing],
  ['get pod nobody -n shop', EXIT.nothing],
  ['get gizmos', EXIT.nothing],
  ['get', EXIT.usage],
  ['get pods -o jsonpath={.items}', EXIT.usage],
  ['get pods --nonsense', EXIT.usage],
  ['logs web-1 --since soon', EXIT.usage],
  ['top gizmos', EXIT.usage],
  ['drain n1', EXIT.usage],
])('%s ends with %i', async (line, code) => {
  expect((await said(line)).code).toBe(code);
});

test('warnings are read out of their header', () => {
  expect(warningsIn('299 - "nobody \\"watched\\"", 299 - "and, so"')).toEqual(['nobody "watched"', 'and, so']);
  expect(warningsIn(null)).toEqual([]);
});
