import { spawn } from 'node:child_process';
import { generateKeyPairSync, verify } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExecAnswer, Forbidden, type Manifest } from '@mosaic/kat';
import { enrolProofText, fromBase64 } from '@mosaic/wire';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeKnown } from './making-known.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const pem = Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })).toString('base64');
const pod = (ready: boolean): Manifest => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { uid: 'u', name: 'mosaic-api-0', namespace: 'mosaic' } },
  spec: { containers: [{ name: 'api' }] },
  status: {
    ...{ phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
    containerStatuses: [{ name: 'api', ready, state: { running: {} } }],
  },
});
const source = {
  get: async () => ({
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { uid: 'u', name: 'mosaic-agent-key' } },
    data: { 'key.pem': pem },
  }),
  kubeSystemUid: async () => 'uid-of-kube-system',
  version: async () => ({ major: '1', minor: '34', gitVersion: 'v1.34.2' }),
};

let folder: string;
let asked: { readonly path: string; readonly body: Readonly<Record<string, string>>; readonly bearer?: string }[];
beforeEach(() => {
  asked = [];
  folder = mkdtempSync(join(tmpdir(), 'mosaic-known-'));
  writeFileSync(join(folder, 'password'), 'a password\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An api that answers as ours does; `knows`: the key already. */
async function withApi<T>(knows: boolean, password: string, use: (port: number) => Promise<T>): Promise<T> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = JSON.parse(Buffer.concat(parts).toString() || '{}') as Record<string, string>;
    const { authorization } = request.headers;
    const path = `${request.method} ${request.url?.replace('/api/v1', '')}`;
    asked.push({ path, body, ...(authorization !== undefined && { bearer: authorization }) });
    const [status, answer] = answerTo(path, body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  const answerTo = (path: string, body: Readonly<Record<string, string>>): readonly [number, object] => {
    if (path === 'POST /sessions')
      return body.password === password ? [201, { token: 'session' }] : [401, { detail: 'wrong name or password' }];
    if (path === 'POST /enrolments') return [201, { token: 'one-time' }];
    if (path === 'POST /enroll' && (knows || body.token === 'one-time'))
      return [200, { cluster: 1, name: 'prod', keyId: 'k', settings: {} }];
    return path === 'POST /enroll' ? [401, { detail: 'not known here' }] : [204, {}];
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use((server.address() as AddressInfo).port); // listening on TCP
  } finally {
    server.close();
  }
}

/** What the API server's exec does: here, with Node, in the api's environment. */
const executing =
  (port: number) => (_namespace: string, _pod: string, _container: string, command: readonly string[]) =>
    new Promise<ExecAnswer>((resolve) => {
      const env = { ...process.env, PORT: String(port), MOSAIC_ADMIN_PASSWORD_FILE: join(folder, 'password') };
      const child = spawn(process.execPath, command.slice(1), { env });
      const said = { out: '', err: '' };
      child.stdout.on('data', (bytes) => (said.out += String(bytes)));
      child.stderr.on('data', (bytes) => (said.err += String(bytes)));
      child.once('close', (code) => resolve({ isDone: code === 0, ...said }));
    });

async function told(port: number, id = 1, ready = true): Promise<readonly string[]> {
  const lines: string[] = [];
  const servers = {
    list: async () => ({ items: [pod(ready)], resourceVersion: '1' }),
    podExec: executing(port),
  };
  const values = {
    cluster: { id, name: 'prod' },
    namespaces: { clusterAgent: 'mosaic-agent' },
    clusterAgent: { keySecret: 'mosaic-agent-key' },
  };
  await makeKnown({ source, servers, namespace: 'mosaic', values, told: (line) => lines.push(line) });
  return lines;
}

test('agents beside their servers are made known by a token that is made and used up in the api’s pod', async () => {
  await withApi(false, 'a password', async (port) => {
    expect(await told(port)).toEqual(['known    prod to the servers, as cluster 1']);
  });
  expect(asked.map(({ path, bearer }) => (bearer === undefined ? path : `${path} ${bearer}`))).toEqual([
    ...['POST /enroll', 'POST /sessions', 'POST /enrolments Bearer session', 'POST /enroll'],
    'DELETE /sessions/current Bearer session',
  ]);
  const body = asked[3]?.body ?? {};
  expect(body).toMatchObject({ token: 'one-time', name: 'prod', uid: 'uid-of-kube-system' });
  expect(verify(null, enrolProofText(body.publicKey ?? ''), publicKey, fromBase64(body.proof ?? ''))).toBe(true);
});

test('a key that is known already takes no token and no password', async () => {
  await withApi(true, 'another', async (port) => {
    expect(await told(port)).toEqual(['known    prod to the servers, as cluster 1']);
  });
  expect(asked.map(({ path }) => path)).toEqual(['POST /enroll']);
});

test('a password that was changed, and another number than the servers have, are said', async () => {
  await withApi(false, 'another', async (port) => {
    await expect(told(port)).rejects.toThrow('wrong name or password. With a token of mosaic clusters add prod');
  });
  await withApi(true, '', async (port) => {
    await expect(told(port, 7)).rejects.toThrow('know prod as cluster 1, not 7: --set cluster.id=1');
  });
});

test('where no api is ready, or nobody may ask in its pod, it is said how the cluster joins', async () => {
  expect(await told(0, 1, false)).toEqual([
    expect.stringMatching(/^· no api is ready in namespace mosaic; .*mosaic clusters add prod/),
  ]);
  const lines: string[] = [];
  const servers = {
    list: async () => {
      throw new Forbidden({ verb: 'list', group: '', resource: 'pods', namespace: 'mosaic' }, 'no');
    },
    podExec: executing(0),
  };
  await makeKnown({ source, servers, namespace: 'mosaic', values: {}, told: (line) => lines.push(line) });
  expect(lines[0]).toContain('may not list pods in namespace mosaic');
  const making = { source, servers, namespace: 'mosaic', values: {}, insists: true, told: () => {} };
  await expect(makeKnown(making)).rejects.toThrow("so nobody knows this cluster's key");
});
