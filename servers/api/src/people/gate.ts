// The gate: who asks is the local administrator (loopback, no users), a session, an API token, or nobody, who gets no further than the sign-in.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CredentialRecord, Store } from '@mosaic/store';
import { boundedMap } from '../asking/bounded-map.ts';
import { Refused } from '../asking/problem.ts';
import { isLoopback, ownHost, ownPage, surelyOwnPage } from '../http/host-guard.ts';
import { sessionIn } from './cookies.ts';
import { secretHash } from './secrets.ts';
import { LOCAL, signInFirst, type Visitor, welcome } from './visitor.ts';

/** What another process revoked is refused here after this at the latest. */
const KNOWN_FOR_MS = 3_000;
const USERS_KNOWN_FOR_MS = 2_000;
const MOST_KNOWN = 2_000;
const USE_NOTED_EVERY_MS = 60_000;
/** A browser left alone for this long signs in again. */
export const IDLE_MS = 24 * 3_600_000;
/** A stream that outlives its session ends within this. */
const STREAM_CHECK_MS = 15_000;

export interface Gate {
  /** Refuses what was not made for this server; to be asked of every request. Throws a 403. */
  guard(request: IncomingMessage): void;
  /** Lets in who may, and remembers who it is. Throws a 401 or 403, or `Unavailable`. */
  admit(request: IncomingMessage, response: ServerResponse): Promise<void>;
  usersExist(): Promise<boolean>;
  /** A credential that has ended, or a user who is new: known here at once. */
  forget(): void;
}

/**
 * `Bearer TOKEN`; below /at also a token as the password of Basic: kubectl sends no bearer token over plain HTTP, which is what a forwarded port
 * speaks, but what stands in the server's address it does. Only there, where nothing can be changed, because browsers send Basic by themselves.
 */
function tokenIn({ headers: { authorization = '' }, url = '/' }: IncomingMessage): string | undefined {
  const [, kind = '', value = ''] = /^(Bearer|Basic) +(\S+)$/i.exec(authorization) ?? [];
  if (kind.toLowerCase() === 'bearer') return value;
  if (kind === '' || !url.startsWith('/at/')) return authorization === '' ? undefined : '';
  return Buffer.from(value, 'base64')
    .toString('utf8')
    .replace(/^[^:]*:/, '');
}

/** An intake on loopback asks for no token, so a foreign name must not lead there even when there are users. */
const isWriteOfNobody = ({ method, url = '/', headers }: IncomingMessage): boolean =>
  method === 'POST' && headers.authorization === undefined && !/^\/api\/(?!v1\/write)/i.test(url);

export interface GateSettings {
  readonly host: string;
  /** Where it is set there will be a user, so that nobody is the local administrator before there is one. */
  readonly adminPasswordFile?: string;
}

export function gate(store: Pick<Store, 'people'>, { host, adminPasswordFile }: GateSettings, now: () => number): Gate {
  const known = boundedMap<{ readonly at: number; readonly visitor: Promise<Visitor | undefined> }>(MOST_KNOWN);
  const noted = boundedMap<number>(MOST_KNOWN);
  let users: { readonly at: number; readonly exist: boolean } | undefined;
  let generation = 0;

  const usersExist = async (): Promise<boolean> => {
    if (users?.exist || (users !== undefined && Math.abs(now() - users.at) < USERS_KNOWN_FOR_MS)) return users.exist;
    const exist = (await store.people.all()).length > 0;
    users = { at: now(), exist };
    return exist;
  };
  const isLocal = async (): Promise<boolean> =>
    isLoopback(host) && adminPasswordFile === undefined && !(await usersExist());

  const look = async (hash: string): Promise<Visitor | undefined> => {
    const credential = await store.people.credential(hash);
    if (credential === undefined) return undefined;
    const user = await store.people.one(credential.user);
    if (user === undefined || user.id !== credential.userId) return undefined;
    return { name: user.name, role: user.role, via: credential.kind, credential };
  };
  const holderOf = async (secret: string): Promise<Visitor | undefined> => {
    const hash = secretHash(secret);
    const kept = known.get(`${generation} ${hash}`);
    const entry = kept && Math.abs(now() - kept.at) < KNOWN_FOR_MS ? kept : { at: now(), visitor: look(hash) };
    if (entry !== kept) known.set(`${generation} ${hash}`, entry);
    const visitor = await entry.visitor.catch((error: unknown) => {
      generation++; // what failed is not remembered
      throw error;
    });
    if (visitor?.credential === undefined || isOver(visitor.credential)) return undefined;
    note(visitor.credential);
    return visitor;
  };
  const isOver = ({ kind, hash, expiresAt, lastUsedAt, createdAt }: CredentialRecord): boolean => {
    if (now() >= expiresAt) return true;
    return kind === 'session' && now() - (noted.get(hash) ?? lastUsedAt ?? createdAt) > IDLE_MS;
  };
  const note = (credential: CredentialRecord): void => {
    const last = noted.get(credential.hash) ?? credential.lastUsedAt ?? 0;
    if (Math.abs(now() - last) < USE_NOTED_EVERY_MS) return;
    noted.set(credential.hash, now());
    void store.people.used(credential, now()).catch(() => {}); // told again in a minute
  };

  const identify = async (request: IncomingMessage): Promise<Visitor> => {
    if (await isLocal()) {
      ownHost(request);
      return LOCAL;
    }
    const bearer = tokenIn(request);
    const secret = bearer ?? sessionIn(request);
    if (secret === undefined) throw signInFirst('nobody is signed in');
    if (bearer === undefined) surelyOwnPage(request);
    const visitor = await holderOf(secret);
    if (visitor === undefined)
      throw signInFirst(bearer === undefined ? 'the session is over' : 'the token is not valid');
    return visitor;
  };

  return {
    guard(request) {
      if (isLoopback(host) && (users?.exist !== true || isWriteOfNobody(request))) ownHost(request);
      ownPage(request);
    },
    async admit(request, response) {
      /** A store that is away says nothing about a session. */
      const ended = (error: unknown): void => {
        if (error instanceof Refused) response.destroy();
      };
      welcome(request, await identify(request));
      const timer = setInterval(() => void identify(request).catch(ended), STREAM_CHECK_MS).unref();
      response.once('close', () => clearInterval(timer));
    },
    usersExist,
    forget() {
      generation++;
      users = undefined;
    },
  };
}
