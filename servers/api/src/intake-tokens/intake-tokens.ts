// Bearer tokens with which fluent-bit, Prometheus and OpenTelemetry write into one cluster. Only hashes are kept; the token is told once.

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { IntakeTokenRecord } from '@mosaic/store';
import { type IntakeToken, intakeTokenSchema, type ListAnswer, listOf } from '@mosaic/wire';
import type { Asking } from '../asking/asking.ts';
import { rfc3339 } from '../asking/instants.ts';
import { type FieldError, notKnown, unreadable } from '../asking/problem.ts';
import type { RawQuery } from '../asking/query.ts';
import { readQuery } from '../asking/query.ts';
import type { Endpoint } from '../openapi/endpoint.ts';

const DAY_MS = 86_400_000;
const MOST_DAYS = 3_650;
const MOST_NAME_CHARS = 100;

export const intakeTokenEndpoints: readonly Endpoint[] = [
  {
    path: '/clusters/{cluster}/tokens',
    about: 'Intake tokens of a cluster; POST `{ name, days? }` makes one and tells it once',
    query: {},
    answer: listOf(intakeTokenSchema),
    methods: ['GET', 'POST'],
  },
  {
    path: '/clusters/{cluster}/tokens/{id}',
    about: 'DELETE: from now on the token is refused',
    query: {},
    methods: ['DELETE'],
  },
];

export interface IntakeTokens {
  list(cluster: string, query: RawQuery): Promise<ListAnswer<IntakeToken>>;
  make(cluster: string, body: unknown): Promise<IntakeToken>;
  remove(cluster: string, id: string): Promise<void>;
}

export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');

export function intakeTokens({ clusters, store, now }: Asking): IntakeTokens {
  return {
    async list(name, query) {
      readQuery({}, query, now());
      const cluster = await clusters.one(name);
      const kept = await store.tokens.of(cluster.id);
      return { items: kept.map(tokenAnswer), coverage: { complete: true, gaps: [] } };
    },
    async make(name, body) {
      const cluster = await clusters.one(name);
      const { name: label, days } = wishOf(body);
      const token = `mit_${randomBytes(24).toString('base64url')}`;
      const createdAt = now();
      const record: IntakeTokenRecord = {
        id: randomUUID(),
        name: label,
        hash: tokenHash(token),
        createdAt,
        ...(days !== undefined && { expiresAt: createdAt + days * DAY_MS }),
      };
      await store.tokens.add(cluster.id, record);
      return { ...tokenAnswer(record), token };
    },
    async remove(name, id) {
      const cluster = await clusters.one(name);
      if (!(await store.tokens.remove(cluster.id, id))) throw notKnown(`cluster ${cluster.name} has no token ${id}`);
    },
  };
}

const tokenAnswer = ({ id, name, createdAt, expiresAt, lastUsedAt }: IntakeTokenRecord): IntakeToken => ({
  id,
  name,
  createdAt: rfc3339(createdAt),
  ...(expiresAt !== undefined && { expiresAt: rfc3339(expiresAt) }),
  ...(lastUsedAt !== undefined && { lastUsedAt: rfc3339(lastUsedAt) }),
});

/** `{ name, days? }`. Throws a 400 that names each field that is wrong. */
function wishOf(body: unknown): { readonly name: string; readonly days: number | undefined } {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Readonly<Record<string, unknown>>; // fields are checked one by one
  const { name = 'intake', days } = given;
  const errors: FieldError[] = Object.keys(given)
    .filter((field) => field !== 'name' && field !== 'days')
    .map((field) => ({ field, expected: 'name, days', got: 'an unknown field' }));
  if (typeof name !== 'string' || name === '' || name.length > MOST_NAME_CHARS)
    errors.push({ field: 'name', expected: `text of 1–${MOST_NAME_CHARS} characters`, got: told(name) });
  const isDays = days === undefined || (typeof days === 'number' && days > 0 && days <= MOST_DAYS);
  if (!isDays) errors.push({ field: 'days', expected: `a number up to ${MOST_DAYS}`, got: told(days) });
  if (errors.length > 0) throw unreadable(errors);
  return { name: String(name), days: typeof days === 'number' ? days : undefined };
}

const told = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 200);
