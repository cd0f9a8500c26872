// Signing in and out.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CredentialRecord, Store, UserRecord } from '@mosaic/store';
import type { ListAnswer, SessionAnswer, VisitorAnswer } from '@mosaic/wire';
import { rfc3339 } from '../asking/instants.ts';
import { notKnown, Refused } from '../asking/problem.ts';
import { attempts } from './attempts.ts';
import { goneCookie, sessionCookie } from './cookies.ts';
import { fieldsOf, textIn } from './fields.ts';
import type { Gate } from './gate.ts';
import { isPassword, isTooLong } from './passwords.ts';
import { newSecret, SESSION_SECRET } from './secrets.ts';
import { visitorOf } from './visitor.ts';

/** However busy: after a week a browser signs in again. */
const SESSION_MS = 7 * 24 * 3_600_000;
const MOST_NAME_CHARS = 64;

export interface Sessions {
  signIn(body: unknown, request: IncomingMessage, response: ServerResponse): Promise<SessionAnswer>;
  current(request: IncomingMessage): VisitorAnswer;
  list(request: IncomingMessage): Promise<ListAnswer<SessionAnswer>>;
  /** `current`, or one of one's own by id. */
  end(id: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export function sessions(store: Pick<Store, 'people'>, gate: Gate, now: () => number): Sessions {
  const tries = attempts(now);

  const whoIs = async (name: string, password: string, address: string): Promise<UserRecord> => {
    const wait = tries.take(name, address);
    if (wait > 0) throw tooMany(wait);
    const user = await store.people.one(name);
    const isRight = await isPassword(isTooLong(password) ? '' : password, user?.password);
    if (user === undefined || !isRight) throw new Refused(401, 'the name or the password is wrong');
    tries.right(name, address);
    return user;
  };

  const open = async (user: UserRecord, request: IncomingMessage) => {
    const secret = newSecret(SESSION_SECRET);
    const at = now();
    const session: CredentialRecord = {
      ...{ id: crypto.randomUUID(), kind: 'session', user: user.name, userId: user.id, name: browserOf(request) },
      ...{ hash: secret.hash, prefix: secret.prefix, createdAt: at, expiresAt: at + SESSION_MS },
    };
    await store.people.admit(session);
    return { session, secret };
  };

  /** What is over needs no room. */
  const tidy = async (user: string): Promise<void> => {
    for (const { id, expiresAt } of await store.people.credentials(user))
      if (expiresAt < now()) await store.people.dismiss(user, id);
  };

  return {
    async signIn(body, request, response) {
      const fields = fieldsOf(body, ['name', 'password', 'bearer']);
      const name = textIn(fields, 'name', MOST_NAME_CHARS).toLowerCase();
      const password = textIn(fields, 'password', 10_000);
      if (!(await gate.usersExist())) throw new Refused(409, 'there are no users here: nobody has to sign in');
      const user = await whoIs(name, password, request.socket.remoteAddress ?? '');
      await tidy(user.name);
      const { session, secret } = await open(user, request);
      const answer = answerOf(session, user.role, session.id);
      if (fields.bearer === true) return { ...answer, token: secret.text };
      response.setHeader('Set-Cookie', sessionCookie(request, secret.text, SESSION_MS / 1000));
      return answer;
    },
    current(request) {
      const { name, role, via } = visitorOf(request);
      return { name, role, via };
    },
    async list(request) {
      const { name, role, credential } = visitorOf(request);
      const own = (await store.people.credentials(name)).filter(
        ({ kind, expiresAt }) => kind === 'session' && expiresAt > now(),
      );
      return {
        items: own.map((session) => answerOf(session, role, credential?.id)),
        coverage: { complete: true, gaps: [] },
      };
    },
    async end(id, request, response) {
      const { name, credential } = visitorOf(request);
      const meant = id === 'current' ? credential?.id : id;
      if (meant === undefined || !(await store.people.dismiss(name, meant)))
        throw notKnown(id === 'current' ? 'there is no session to end' : `${name} has no session ${id}`);
      if (meant === credential?.id) response.setHeader('Set-Cookie', goneCookie(request));
      gate.forget();
    },
  };
}

const tooMany = (waitMs: number): Refused => {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new Refused(429, `too many tries with a wrong password; try again in ${seconds} s`, {
    headers: { 'Retry-After': String(seconds) },
  });
};

const answerOf = (
  { id, user, name, createdAt, expiresAt, lastUsedAt }: CredentialRecord,
  role: UserRecord['role'],
  current: string | undefined,
): SessionAnswer => ({
  ...{ id, user, name, role, createdAt: rfc3339(createdAt), expiresAt: rfc3339(expiresAt), current: id === current },
  ...(lastUsedAt !== undefined && { lastUsedAt: rfc3339(lastUsedAt) }),
});

const browserOf = ({ headers }: IncomingMessage): string => (headers['user-agent'] ?? 'unknown').slice(0, 200);
