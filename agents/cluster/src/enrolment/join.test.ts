import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join as pathOf } from 'node:path';
import { keyIdOf, silentLog, verifyEd25519 } from '@mosaic/runtime';
import { enrolProofText, fromBase64 } from '@mosaic/wire';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Joining, join, NotEnrolled } from './join.ts';

interface Asked {
  readonly token: string;
  readonly publicKey: string;
  readonly proof: string;
  readonly name?: string;
}

let folder: string;
let server: Server;
let url: string;
const asked: Asked[] = [];
/** What it answers next, then it enrols. */
const answers: { status: number; body: unknown }[] = [];

beforeEach(async () => {
  asked.length = 0;
  answers.length = 0;
  folder = mkdtempSync(pathOf(tmpdir(), 'mosaic-join-'));
  server = createServer((request, response) => {
    let text = '';
    request
      .on('data', (part) => (text += part))
      .on('end', () => {
        const body: Asked = JSON.parse(text);
        asked.push(body);
        const told = {
          cluster: 7,
          name: 'us-1',
          keyId: keyIdOf(fromBase64(body.publicKey)),
          settings: { KAFKA_BROKERS: 'k:9094' },
        };
        const { status, body: answer } = answers.shift() ?? { status: 201, body: told };
        response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const tokenFile = (token: string): string => {
  const path = pathOf(folder, token);
  writeFileSync(path, `${token}\n`);
  return path;
};
const joining = (change: Partial<Joining> = {}): Joining => ({
  ...{
    server: url,
    tokenFile: tokenFile('mjt_one'),
    caFile: undefined,
    dataDir: pathOf(folder, 'data'),
    keyFile: undefined,
  },
  ...{ name: 'us-1', uid: 'uid-1', version: undefined, log: silentLog, pause: async () => {} },
  ...change,
});
const problem = (status: number, detail: string) => ({
  status,
  body: { type: 'about:blank', title: 'No', status, detail, id: '1' },
});

test('an agent makes its key, shows the token and that it holds the key, and keeps what it is told', async () => {
  const { told, signer } = await join(joining());
  expect(told).toMatchObject({ cluster: 7, name: 'us-1', settings: { KAFKA_BROKERS: 'k:9094' } });
  const [body] = asked;
  expect(body).toMatchObject({ token: 'mjt_one', name: 'us-1', uid: 'uid-1' });
  expect(fromBase64(body?.publicKey ?? '')).toEqual(signer.publicKey);
  const proof = fromBase64(body?.proof ?? '');
  expect(verifyEd25519(signer.publicKey, enrolProofText(body?.publicKey ?? ''), proof)).toBe(true);
  for (const name of ['key.pem', 'enrolment.json'])
    expect([name, statSync(pathOf(folder, 'data', name)).mode & 0o777]).toEqual([name, 0o600]);
  expect(readFileSync(pathOf(folder, 'data', 'enrolment.json'), 'utf8')).not.toContain('mjt_one');
});

test('who wants a certificate asks for it with another key each time, and keeps it before the answer', async () => {
  const wishes: string[] = [];
  answers.push(problem(503, 'the store is not open yet'));
  const kept: unknown[] = [];
  await join(joining({ keepCertificate: async (one) => void kept.push(one) }));
  for (const body of asked)
    wishes.push(String((body as unknown as { certificate: { nonce: string } }).certificate.nonce));
  expect([wishes.length, new Set(wishes).size, kept]).toEqual([2, 2, []]);
  const nonsense = { certificate: 'x', trusted: 'y' };
  const told = { cluster: 7, name: 'us-1', keyId: 'k', settings: {}, certificate: nonsense };
  answers.push({ status: 201, body: told });
  const anew = joining({ dataDir: pathOf(folder, 'other'), keepCertificate: async () => {} });
  await expect(join(anew)).rejects.toThrow(/a certificate that is none for this key/);
});

test('who has joined does not ask again, with the token or without; another token means another key', async () => {
  const anew = async (change: Partial<Joining> = {}) => {
    const { signer } = await join(joining(change));
    return signer.keyId;
  };
  const first = await anew();
  expect(await anew()).toBe(first);
  expect(await anew({ tokenFile: pathOf(folder, 'gone') })).toBe(first);
  expect(asked).toHaveLength(1);
  const second = await anew({ tokenFile: tokenFile('mjt_two') });
  expect(second).not.toBe(first);
  expect(asked.map(({ token }) => token)).toEqual(['mjt_one', 'mjt_two']);
});

test('a server that is away or busy is waited for; one that refuses is believed', async () => {
  answers.push(problem(503, 'the store is not open yet'), problem(429, 'too many'));
  expect((await join(joining())).told.cluster).toBe(7);
  expect(asked).toHaveLength(3);
  answers.push(problem(409, 'the join token was used already'));
  await expect(join(joining({ dataDir: pathOf(folder, 'other') }))).rejects.toThrow(
    new NotEnrolled('the server refused: the join token was used already'),
  );
});

test('without a token, without a server, and with nonsense for an answer it is said what to do', async () => {
  await expect(join(joining({ tokenFile: undefined }))).rejects.toThrow(/MOSAIC_JOIN_TOKEN_FILE.*mosaic clusters add/);
  await expect(join(joining({ server: undefined }))).rejects.toThrow(/MOSAIC_SERVER is empty/);
  answers.push({ status: 200, body: { hello: 1 } });
  await expect(join(joining())).rejects.toThrow(/another version/);
});
