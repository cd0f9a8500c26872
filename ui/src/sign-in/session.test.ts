// @vitest-environment jsdom
import { expect, it } from 'vitest';
import { ask, type Fetch } from '../api/ask.ts';
import { Session } from './session.svelte.ts';
import { texts } from './texts.ts';

const ADA = { name: 'ada', role: 'admin', via: 'session' };

/** A server with one user; nobody is signed in at first. */
function serverWith(headers: Record<string, string> = {}, refuseWith = 401) {
  let isIn = false;
  const fetcher: Fetch = async (url, how) => {
    const method = how?.method ?? 'GET';
    const problem = (status: number) =>
      Response.json({ type: 'about:blank', title: 'No', status, detail: 'refused', id: '1' }, { status, headers });
    if (method === 'POST') {
      const { password } = JSON.parse(String(how?.body)) as { password: string };
      isIn = password === 'right';
      return isIn ? Response.json({}, { status: 201 }) : problem(refuseWith);
    }
    if (method === 'DELETE') isIn = false;
    if (!isIn) return problem(401);
    return String(url).endsWith('current') ? Response.json(ADA) : Response.json({ items: [] });
  };
  return fetcher;
}

it('a 401 to any question shows the sign-in, and signing in takes it away', async () => {
  const fetcher = serverWith();
  const session = new Session(fetcher);
  const stop = session.follow();
  await expect(ask(fetcher, '/api/v1/clusters', {})).rejects.toThrow('refused');
  expect(session.isSignedOut).toBe(true);
  expect(await session.signIn('ada', 'wrong')).toBe(false);
  expect([session.refusal, session.isSignedOut]).toEqual([texts.wrong, true]);
  expect(await session.signIn('ada', 'right')).toBe(true);
  expect([session.refusal, session.isSignedOut, session.visitor]).toEqual([undefined, false, ADA]);
  await session.signOut();
  expect([session.isSignedOut, session.visitor]).toEqual([true, undefined]);
  stop();
});

it('too many tries are waited for as long as the server says', async () => {
  const session = new Session(serverWith({ 'retry-after': '30' }, 429));
  const before = Date.now();
  await session.signIn('ada', 'wrong');
  expect(session.waitUntil - before).toBeGreaterThanOrEqual(30_000);
  expect(session.refusal).toBeUndefined();
});
