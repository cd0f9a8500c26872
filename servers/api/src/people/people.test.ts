import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiTokenAnswer, SessionAnswer } from '@mosaic/wire';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lateStore } from '../late-store.ts';
import { type Asked, apiOver, emptyWorld, type World } from '../testing.ts';

const PASSWORD = 'correct horse battery';
const json = { 'content-type': 'application/json' };

let world: World;
let asked: Asked;
beforeEach(async () => {
  world = await emptyWorld();
  asked = await apiOver(world);
});
afterEach(() => asked.api.close());

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  asked.get(path, {
    method,
    headers: { ...json, ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
const statusOf = async (answer: Promise<Response>): Promise<number> => (await answer).status;

/** The first user; from then on there is no local administrator. */
const makeUser = async (name = 'ada'): Promise<void> => {
  const made = await send('POST', '/api/v1/users', { name, password: PASSWORD });
  if (made.status !== 201) throw new Error(await made.text());
};
const signIn = async (name = 'ada', password = PASSWORD): Promise<string> => {
  const answer = await send('POST', '/api/v1/sessions', { name, password });
  if (answer.status !== 201) throw new Error(await answer.text());
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
};
const own = (cookie: string): Record<string, string> => ({ cookie, origin: asked.url });
const tokenOf = async (cookie: string, days?: number): Promise<ApiTokenAnswer & { token: string }> =>
  (await send('POST', '/api/v1/tokens', { name: 'laptop', days }, own(cookie))).json();

describe('signing in', () => {
  it('on loopback without users the visitor is the local administrator; with one nobody is', async () => {
    expect(await asked.ask('/api/v1/sessions/current')).toEqual({ name: 'local', role: 'admin', via: 'loopback' });
    await makeUser();
    const refused = await asked.get('/api/v1/clusters');
    expect(refused.status).toBe(401);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(refused.headers.get('www-authenticate')).toContain('Bearer');
    expect(await refused.json()).toMatchObject({
      title: 'Sign in first',
      detail: expect.stringContaining('mosaic login'),
    });
  });

  it('a session is a cookie that scripts cannot read, and over TLS one that plain text cannot carry', async () => {
    await makeUser();
    const plain = await send('POST', '/api/v1/sessions', { name: 'Ada', password: PASSWORD });
    expect(plain.headers.getSetCookie()[0]).toMatch(
      /^mosaic_session=mos_[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax$/,
    );
    expect(JSON.stringify(await plain.json())).not.toContain('mos_');
    const tls = await send(
      'POST',
      '/api/v1/sessions',
      { name: 'ada', password: PASSWORD },
      { 'x-forwarded-proto': 'https' },
    );
    expect(tls.headers.getSetCookie()[0]).toMatch(/^__Host-mosaic_session=.*; HttpOnly; SameSite=Lax; Secure$/);
  });

  it('signing out ends the session at once, and an idle or old one ends by itself', async () => {
    await makeUser();
    const [one, two] = [await signIn(), await signIn()];
    expect(await statusOf(send('DELETE', '/api/v1/sessions/current', undefined, own(one)))).toBe(204);
    expect(await statusOf(asked.get('/api/v1/clusters', { headers: { cookie: one } }))).toBe(401);
    expect(await statusOf(asked.get('/api/v1/clusters', { headers: { cookie: two } }))).toBe(200);
    world.clock.now += 25 * 3_600_000;
    expect(await statusOf(asked.get('/api/v1/clusters', { headers: { cookie: two } }))).toBe(401);
  });

  it('a wrong password and an unknown name are told alike', async () => {
    await makeUser();
    const wrong = await send('POST', '/api/v1/sessions', { name: 'ada', password: 'not it, surely' });
    const nobody = await send('POST', '/api/v1/sessions', { name: 'bob', password: 'not it, surely' });
    expect([wrong.status, nobody.status]).toEqual([401, 401]);
    expect((await wrong.json()).detail).toBe((await nobody.json()).detail);
  });

  it('an account can be tried five times, then one has to wait, and what is right makes it fresh', async () => {
    await makeUser();
    const wrong = () => send('POST', '/api/v1/sessions', { name: 'ada', password: 'not it, surely' });
    for (let n = 0; n < 5; n++) expect(await statusOf(wrong())).toBe(401);
    const limited = await wrong();
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBe(30);
    expect(await statusOf(send('POST', '/api/v1/sessions', { name: 'ada', password: PASSWORD }))).toBe(429);
    world.clock.now += 30_000;
    await signIn();
    for (let n = 0; n < 5; n++) expect(await statusOf(wrong())).toBe(401);
  });

  it('a body that is none is told field by field', async () => {
    await makeUser();
    const answer = await send('POST', '/api/v1/sessions', { name: 7, password: 'x', admin: true });
    expect(answer.status).toBe(400);
    expect((await answer.json()).errors).toEqual([expect.objectContaining({ field: 'admin' })]);
  });
});

describe('a session’s changes', () => {
  it.each<[string, Record<string, string>, number]>([
    ['our page', { origin: 'ours' }, 201],
    ['our page, as fetch metadata tells it', { 'sec-fetch-site': 'same-origin' }, 201],
    ['nobody knows who', {}, 403],
    ['a foreign page', { origin: 'https://evil.example' }, 403],
    ['a sandboxed page', { origin: 'null' }, 403],
    ['a page of another port', { origin: 'http://127.0.0.1:1' }, 403],
    ['a foreign page, as fetch metadata tells it', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }, 403],
  ])('made by %s', async (_, headers, status) => {
    await makeUser();
    const cookie = await signIn();
    const given = headers.origin === 'ours' ? { origin: asked.url } : headers;
    // fetch sets Sec-Fetch-* itself, so this is asked without it
    expect(await rawStatus('/api/v1/tokens', { cookie, ...given }, { name: 'x' })).toBe(status);
  });

  const rawStatus = (path: string, headers: Record<string, string>, body: unknown): Promise<number> =>
    new Promise((resolve, reject) => {
      const text = JSON.stringify(body);
      const length = String(Buffer.byteLength(text));
      plainRequest(
        `${asked.url}${path}`,
        { method: 'POST', headers: { ...json, 'content-length': length, ...headers } },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      )
        .on('error', reject)
        .end(text);
    });
});

describe('API tokens', () => {
  it('are told once, listed by their beginning, used, and refused from the moment they are removed', async () => {
    await makeUser();
    const cookie = await signIn();
    const { id, token, prefix } = await tokenOf(cookie);
    expect(token.startsWith(prefix)).toBe(true);
    const bearer = { authorization: `Bearer ${token}` };
    expect(await statusOf(asked.get('/api/v1/clusters', { headers: bearer }))).toBe(200);
    const listed = await (await asked.get('/api/v1/tokens', { headers: bearer })).json();
    expect(listed.items).toEqual([expect.objectContaining({ id, prefix, lastUsedAt: expect.any(String) })]);
    expect(JSON.stringify(listed)).not.toContain(token);
    expect(await statusOf(send('DELETE', `/api/v1/tokens/${id}`, undefined, bearer))).toBe(204);
    expect(await statusOf(asked.get('/api/v1/clusters', { headers: bearer }))).toBe(401);
  });

  it('end when their days are over', async () => {
    await makeUser();
    const { token } = await tokenOf(await signIn(), 1);
    const bearer = { authorization: `Bearer ${token}` };
    world.clock.now += 86_400_000;
    expect(await statusOf(asked.get('/api/v1/clusters', { headers: bearer }))).toBe(401);
  });

  it('open the past to kubectl; a wrong one is not made good by a cookie', async () => {
    await makeUser();
    const cookie = await signIn();
    const { token } = await tokenOf(cookie);
    const path = '/at/now/eu-1/version';
    expect(await statusOf(asked.get(path))).toBe(401);
    expect(await statusOf(asked.get(path, { headers: { authorization: `Bearer ${token}` } }))).toBe(200);
    expect(await statusOf(asked.get(path, { headers: { authorization: 'Bearer mat_x', cookie } }))).toBe(401);
  });

  it('kubectl sends one over a forwarded port in the address: below /at alone', async () => {
    await makeUser();
    const { token } = await tokenOf(await signIn());
    const basic = (password: string) => ({
      headers: { authorization: `Basic ${Buffer.from(`token:${password}`).toString('base64')}` },
    });
    expect(await statusOf(asked.get('/at/now/eu-1/version', basic(token)))).toBe(200);
    expect(await statusOf(asked.get('/at/now/eu-1/version', basic(PASSWORD)))).toBe(401);
    expect(await statusOf(asked.get('/api/v1/clusters', basic(token)))).toBe(401);
  });

  it('a bearer session is for programs that have a password', async () => {
    await makeUser();
    const answer = await send('POST', '/api/v1/sessions', { name: 'ada', password: PASSWORD, bearer: true });
    expect(answer.headers.getSetCookie()).toEqual([]);
    const { token = '' } = (await answer.json()) as SessionAnswer;
    expect(await statusOf(send('POST', '/api/v1/tokens', { name: 'cli' }, { authorization: `Bearer ${token}` }))).toBe(
      201,
    );
  });
});

describe('the door with users', () => {
  it('is open for probes alone, however a path is spelled', async () => {
    await makeUser();
    for (const path of ['/livez', '/readyz', '/metrics']) expect(await statusOf(asked.get(path))).toBe(200);
    for (const path of ['/api/v1/clusters', '/API/V1/clusters', '/api/v1/clusters/', '/api/openapi.json', '/api/docs'])
      expect([path, await statusOf(asked.get(path))]).toEqual([path, 401]);
    expect(await statusOf(asked.get('/api/v1/topology/stream'))).toBe(401);
  });

  it('a stream opens with a session', async () => {
    await makeUser();
    const leaving = new AbortController();
    const stream = await asked.get('/api/v1/topology/stream', {
      headers: { cookie: await signIn() },
      signal: leaving.signal,
    });
    expect([stream.status, stream.headers.get('content-type')]).toEqual([200, expect.stringContaining('event-stream')]);
    leaving.abort();
  });

  it('a stream ends with the session it was opened by', async () => {
    await makeUser();
    const cookie = await signIn();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const stream = await asked.get('/api/v1/topology/stream', { headers: { cookie } });
      const over = stream.text().then(
        () => 'ended',
        () => 'broken off',
      );
      expect(await statusOf(send('DELETE', '/api/v1/sessions/current', undefined, own(cookie)))).toBe(204);
      vi.advanceTimersByTime(15_000);
      expect(await over).toBe('broken off');
    } finally {
      vi.useRealTimers();
    }
  });

  it('who goes takes their sessions along, and the last one cannot go', async () => {
    await makeUser();
    const ada = await signIn();
    await send('POST', '/api/v1/users', { name: 'bob', password: PASSWORD }, own(ada));
    const bob = await signIn('bob');
    expect(await statusOf(send('DELETE', '/api/v1/users/bob', undefined, own(ada)))).toBe(204);
    expect(await statusOf(asked.get('/api/v1/clusters', { headers: { cookie: bob } }))).toBe(401);
    expect(await statusOf(send('DELETE', '/api/v1/users/ada', undefined, own(ada)))).toBe(409);
    expect(await statusOf(asked.get('/api/v1/clusters', { headers: { cookie: ada } }))).toBe(200);
  });

  it('a new password ends the other sessions and needs the one before', async () => {
    await makeUser();
    const [here, there] = [await signIn(), await signIn()];
    const change = (current: string, password: string) =>
      send('PUT', '/api/v1/users/ada/password', { current, password }, own(here));
    expect(await statusOf(change('not it, surely', 'another horse'))).toBe(403);
    expect(await statusOf(change(PASSWORD, 'short'))).toBe(400);
    expect(await statusOf(change(PASSWORD, 'ada is me, truly'))).toBe(200);
    expect(await statusOf(asked.get('/api/v1/clusters', { headers: { cookie: there } }))).toBe(401);
    expect(await statusOf(asked.get('/api/v1/clusters', { headers: { cookie: here } }))).toBe(200);
    await signIn('ada', 'ada is me, truly');
  });
});

describe('the administrator', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-admin-'));
  const file = join(folder, 'password');
  afterEach(() => rmSync(file, { force: true }));
  const open = (passwordFile?: string) =>
    apiOver(world, {
      settings: { host: '0.0.0.0', port: 0, ...(passwordFile && { adminPasswordFile: passwordFile }) },
    });

  it('is made from a file once; then the address may be anybody’s', async () => {
    writeFileSync(file, `${PASSWORD}\n`);
    for (let start = 0; start < 2; start++) {
      const wide = await open(file);
      expect((await wide.get('/api/v1/clusters')).status).toBe(401);
      const signed = await wide.get('/api/v1/sessions', {
        ...{ method: 'POST', headers: json, body: JSON.stringify({ name: 'admin', password: PASSWORD }) },
      });
      expect(signed.status).toBe(201);
      await wide.api.close();
    }
    expect((await world.store.people.all()).map(({ name }) => name)).toEqual(['admin']);
    await (await open()).api.close();
  });

  it('that will be made leaves nobody to be the local one while the store is being opened', async () => {
    writeFileSync(file, PASSWORD);
    const late = lateStore();
    const settings = { host: '127.0.0.1', port: 0, adminPasswordFile: file };
    const early = await apiOver({ ...world, store: late.store }, { settings });
    late.arrive(world.store);
    expect((await early.get('/api/v1/clusters')).status).toBe(401);
    expect((await early.get('/readyz')).status).toBe(503); // nobody could sign in yet
    await early.api.found();
    expect((await early.get('/readyz')).status).toBe(200);
    expect((await early.get('/api/v1/clusters')).status).toBe(401);
    await early.api.close();
  });

  it('a missing file, a short password and no user at all are said at the start', async () => {
    await expect(open()).rejects.toThrow(/HOST=0.0.0.0.*no user is configured.*MOSAIC_ADMIN_PASSWORD_FILE/);
    await expect(open(join(folder, 'none'))).rejects.toThrow(/MOSAIC_ADMIN_PASSWORD_FILE=.*cannot be read/);
    writeFileSync(file, 'short');
    await expect(open(file)).rejects.toThrow(/expected 10–256 characters/);
  });
});

describe('the audit', () => {
  it('has every sign-in, refusal and change, with no secret in it, and is whole', async () => {
    await makeUser();
    await send('POST', '/api/v1/sessions', { name: 'ada', password: 'not it, surely' });
    await asked.get('/api/v1/clusters');
    const cookie = await signIn();
    const { token } = await tokenOf(cookie);
    await send('PUT', '/api/v1/storage/retention', { logs: { days: 3 } }, own(cookie));
    const answer = await (await asked.get('/api/v1/audit?from=now-1h', { headers: { cookie } })).json();
    const told = answer.items.map(({ actor, action, result }: Record<string, string>) => [actor, action, result]);
    expect(told).toEqual([
      ['ada', 'retention.change', 'done'],
      ['ada', 'token.create', 'done'],
      ['ada', 'session.create', 'done'],
      ['nobody', 'request.refused', expect.stringContaining('refused: nobody is signed in')],
      ['ada', 'session.create', 'refused: the name or the password is wrong'],
      ['local', 'user.create', 'done'],
    ]);
    const all = JSON.stringify(answer);
    for (const secret of [PASSWORD, 'not it, surely', token, cookie.split('=')[1] ?? '?'])
      expect(all).not.toContain(secret);
    const verdict = await (await asked.get('/api/v1/audit/verify', { headers: { cookie } })).json();
    expect(verdict).toEqual({ isWhole: true, entries: 6, writers: 1, faults: [] });
  });

  it('is asked by actor, action and target, page by page; a cursor of nobody’s is a 400', async () => {
    for (const name of ['ada', 'bob-1'])
      await world.store.audit.record({ actor: name, action: 'user.create', target: `x ${name}`, result: 'done' });
    const ask = async (query: string) =>
      ((await asked.ask(`/api/v1/audit?${query}`)) as { items: { actor: string }[] }).items;
    expect((await ask('actor=ada')).map(({ actor }) => actor)).toEqual(['ada']);
    expect(await ask('action=user')).toHaveLength(2);
    expect(await ask('target=bob')).toHaveLength(1);
    expect(await ask('action=session')).toEqual([]);
    expect(await statusOf(asked.get('/api/v1/audit?cursor=%7B'))).toBe(400);
  });
});
