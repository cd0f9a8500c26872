// API tokens: for the command line, kubectl and programs. Told once, kept as hashes, listed by their first characters.

import type { IncomingMessage } from 'node:http';
import type { CredentialRecord, Store } from '@mosaic/store';
import type { ApiTokenAnswer, ListAnswer } from '@mosaic/wire';
import { rfc3339 } from '../asking/instants.ts';
import { notKnown, Refused } from '../asking/problem.ts';
import { fieldsOf, numberIn, textIn } from './fields.ts';
import type { Gate } from './gate.ts';
import { newSecret, TOKEN_SECRET } from './secrets.ts';
import { visitorOf } from './visitor.ts';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 90;
const MOST_DAYS = 3_650;

export interface ApiTokens {
  /** One's own. */
  list(request: IncomingMessage): Promise<ListAnswer<ApiTokenAnswer>>;
  make(body: unknown, request: IncomingMessage): Promise<ApiTokenAnswer>;
  /** `current`: the one that asks. */
  remove(id: string, request: IncomingMessage): Promise<void>;
}

export function apiTokens({ people }: Pick<Store, 'people'>, gate: Gate, now: () => number): ApiTokens {
  return {
    async list(request) {
      const own = (await people.credentials(visitorOf(request).name)).filter(({ kind }) => kind === 'token');
      return { items: own.map(answerOf), coverage: { complete: true, gaps: [] } };
    },
    async make(body, request) {
      const { name: user, via } = visitorOf(request);
      if (via === 'loopback') throw new Refused(409, 'there are no users here: nobody has to show a token');
      const fields = fieldsOf(body, ['name', 'days']);
      const days = numberIn(fields, 'days', MOST_DAYS, DEFAULT_DAYS);
      const owner = await people.one(user);
      if (owner === undefined) throw notKnown(`there is no user ${user}`);
      const secret = newSecret(TOKEN_SECRET);
      const at = now();
      const token: CredentialRecord = {
        ...{ id: crypto.randomUUID(), kind: 'token', user, userId: owner.id, name: textIn(fields, 'name', 100) },
        ...{ hash: secret.hash, prefix: secret.prefix, createdAt: at, expiresAt: at + days * DAY_MS },
      };
      await people.admit(token);
      return { ...answerOf(token), token: secret.text };
    },
    async remove(id, request) {
      const { name, credential } = visitorOf(request);
      const meant = id === 'current' && credential?.kind === 'token' ? credential.id : id;
      if (!(await people.dismiss(name, meant))) throw notKnown(`${name} has no token ${id}`);
      gate.forget();
    },
  };
}

const answerOf = ({ id, user, name, prefix, createdAt, expiresAt, lastUsedAt }: CredentialRecord): ApiTokenAnswer => ({
  ...{ id, user, name, prefix, createdAt: rfc3339(createdAt), expiresAt: rfc3339(expiresAt) },
  ...(lastUsedAt !== undefined && { lastUsedAt: rfc3339(lastUsedAt) }),
});
