import { generateKeyPairSync, verify } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fits, x509 } from '@mosaic/runtime';
import { enrolProofText, fromBase64 } from '@mosaic/wire';
import { expect, test } from 'vitest';
import { joined, wantsToJoin } from './joining.ts';
import { merged, render } from './trees.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
const SECRETS: Readonly<Record<string, object>> = {
  'mosaic-agent-key': { 'key.pem': base64(privateKey.export({ type: 'pkcs8', format: 'pem' })) },
  'mosaic-join': { token: base64('one-time\n') },
};
const source = {
  get: async (_type: unknown, namespace: string | undefined, name: string) => ({
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { uid: 'u', name, namespace: namespace ?? '' } },
    data: SECRETS[name],
  }),
  kubeSystemUid: async () => 'uid-of-kube-system',
  version: async () => ({ major: '1', minor: '34', gitVersion: 'v1.34.2' }),
};

interface Asked {
  readonly path: string | undefined;
  readonly body: Readonly<Record<string, string>>;
}

/** A server that answers once asked. */
async function withServer<T>(
  status: number,
  answer: object | ((body: Asked['body']) => Promise<object>),
  use: (url: string, asked: Asked[]) => Promise<T>,
): Promise<T> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    asked.push({ path: request.url, body: JSON.parse(Buffer.concat(parts).toString()) as Asked['body'] });
    const told = typeof answer === 'function' ? await answer(asked.at(-1)?.body ?? {}) : answer;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(told));
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked); // listening on TCP
  } finally {
    server.close();
  }
}

const wishesFor = (server: string) => ({ cluster: { server, name: 'edge' } });
const join = async (server: string, more: object = {}) => {
  const wishes = merged(wishesFor(server), more as Record<string, unknown>);
  return joined({ source, wishes, values: (await render('agents', wishes)).values });
};

test('a cluster joins with its token and its key, and gets its number and brokers', async () => {
  const answer = { cluster: 7, name: 'edge', keyId: 'k', settings: { KAFKA_BROKERS: 'a.test:9095,b.test:9095' } };
  await withServer(200, answer, async (url, asked) => {
    const { wishes } = await join(url);
    expect(wishes).toEqual({
      cluster: { server: url, name: 'edge', id: 7 },
      kafka: { brokers: ['a.test:9095', 'b.test:9095'], port: 9095 },
    });
    expect(wantsToJoin(wishes)).toBe(false);
    const [{ path, body }] = asked as [Asked]; // it was asked once
    expect(path).toBe('/api/v1/enroll');
    expect(body).toMatchObject({ token: 'one-time', name: 'edge', uid: 'uid-of-kube-system', version: 'v1.34.2' });
    expect(verify(null, enrolProofText(body.publicKey ?? ''), publicKey, fromBase64(body.proof ?? ''))).toBe(true);
    expect((await join(url, { kafka: { brokers: ['mine:1'] } })).wishes).toMatchObject({
      kafka: { brokers: ['mine:1'] },
    });
  });
});

test('a server that signs is asked with a key made here; where pods renew it is told, unless it is a port of this machine', async () => {
  const { certifyAgent, issueAgentsAuthority, makeAuthority, readRequest } = await x509();
  const lasting = { now: Date.now(), days: 9 };
  const root = await makeAuthority('root', lasting);
  const by = await issueAgentsAuthority(root, { commonName: 'agents', ...lasting });
  const signing = async ({ certificate }: Asked['body']) => {
    const { request } = certificate as unknown as { readonly request: string }; // a wish
    const own = { request: await readRequest(request), principal: 'mosaic-agent-7', ...lasting };
    const signed = { certificate: await certifyAgent(by, own), trusted: root.certificate };
    return { cluster: 7, name: 'edge', keyId: 'k', settings: {}, certificate: signed };
  };
  await withServer(200, signing, async (url) => {
    const { wishes, certificate } = await join(url);
    expect(certificate && fits(certificate)).toBe(true);
    expect(wishes.cluster).toEqual({ server: url, name: 'edge', id: 7 });
    const outer = url.replace('127.0.0.1', '0.0.0.0');
    expect((await join(outer)).wishes.cluster).toMatchObject({ renewAt: outer, renewPort: Number(new URL(url).port) });
  });
});

test('a server that refuses is heard, and one that is none is said to be', async () => {
  const problem = { type: 'about:blank', title: 'Forbidden', status: 403, detail: 'the join token expired', id: 'x' };
  await withServer(403, problem, async (url) => {
    await expect(join(url)).rejects.toThrow('refused: the join token expired');
  });
  await withServer(200, { hello: 'world' }, async (url) => {
    await expect(join(url)).rejects.toThrow("is it Mosaic's page?");
  });
  await expect(join('http://127.0.0.1:1')).rejects.toThrow('does not answer');
});

test('who names no server, or has a number, does not join', () => {
  expect(wantsToJoin({})).toBe(false);
  expect(wantsToJoin({ cluster: { server: 'http://a', id: 3 } })).toBe(false);
  expect(wantsToJoin(wishesFor('http://a'))).toBe(true);
});
