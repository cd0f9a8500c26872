// Everything about people as the API offers it.

import type { Store } from '@mosaic/store';
import { apiTokenSchema, listOf, sessionSchema, userSchema, visitorSchema } from '@mosaic/wire';
import type { Endpoint } from '../openapi/endpoint.ts';
import { type ApiTokens, apiTokens } from './api-tokens.ts';
import type { Gate } from './gate.ts';
import { type Sessions, sessions } from './sessions.ts';
import { type Users, users } from './users.ts';

const text = { type: 'string' };
const object = (properties: Readonly<Record<string, unknown>>, required: readonly string[]) => ({
  ...{ type: 'object', properties, required, additionalProperties: false },
});

export const peopleEndpoints: readonly Endpoint[] = [
  {
    path: '/sessions',
    about:
      'Sessions of who asks; POST signs in and sets the cookie, or with `bearer` tells the session’s token; 429 after too many wrong passwords',
    query: {},
    answer: listOf(sessionSchema),
    methods: ['GET', 'POST'],
    body: object({ name: text, password: text, bearer: { type: 'boolean' } }, ['name', 'password']),
  },
  { path: '/sessions/current', about: 'Who asks', query: {}, answer: visitorSchema, methods: ['GET', 'DELETE'] },
  { path: '/sessions/{id}', about: 'Signs out; `current` is the one that asks', query: {}, methods: ['DELETE'] },
  {
    path: '/users',
    about: 'Users; POST makes one',
    query: {},
    answer: listOf(userSchema),
    methods: ['GET', 'POST'],
    body: object({ name: text, password: text, role: text }, ['name', 'password']),
  },
  { path: '/users/{name}', about: 'Removes a user, with sessions and tokens', query: {}, methods: ['DELETE'] },
  {
    path: '/users/{name}/password',
    about: 'Changes a password; one’s own needs the current one. Other sessions end',
    query: {},
    answer: userSchema,
    methods: ['PUT'],
    body: object({ password: text, current: text }, ['password']),
  },
  {
    path: '/tokens',
    about: 'API tokens of who asks; POST makes one and tells it once',
    query: {},
    answer: listOf(apiTokenSchema),
    methods: ['GET', 'POST'],
    body: object({ name: text, days: { type: 'number' } }, ['name']),
  },
  { path: '/tokens/{id}', about: 'From now on the token is refused', query: {}, methods: ['DELETE'] },
];

export interface PeopleDesk {
  readonly sessions: Sessions;
  readonly users: Users;
  readonly tokens: ApiTokens;
}

export const peopleDesk = (store: Pick<Store, 'people'>, gate: Gate, now: () => number): PeopleDesk => ({
  sessions: sessions(store, gate, now),
  users: users(store, gate, now),
  tokens: apiTokens(store, gate, now),
});
