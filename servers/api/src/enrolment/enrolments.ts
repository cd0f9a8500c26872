// Join tokens and the keys of clusters, for those who administer them.

import type { Log } from '@mosaic/runtime';
import type { JoinToken } from '@mosaic/store';
import {
  type AgentCertificateAnswer,
  type AgentKeyAnswer,
  agentCertificateSchema,
  agentKeySchema,
  type EnrolledAnswer,
  enrolledSchema,
  type JoinTokenAnswer,
  joinTokenSchema,
  type ListAnswer,
  listOf,
} from '@mosaic/wire';
import type { Request } from 'express';
import type { Asking } from '../asking/asking.ts';
import { rfc3339 } from '../asking/instants.ts';
import { notKnown, Refused, unreadable } from '../asking/problem.ts';
import type { Endpoint } from '../openapi/endpoint.ts';
import { isOverTls } from '../people/cookies.ts';
import { fieldsOf, numberIn, textIn } from '../people/fields.ts';
import { JOIN_SECRET, newSecret } from '../people/secrets.ts';
import { mustBeAdmin } from '../people/visitor.ts';
import { agentAuthority } from './agent-authority.ts';
import { type AgentRules, noAgentRules } from './agent-rules.ts';
import { wishChecker } from './certificate-wish.ts';
import { joinCommand } from './command.ts';
import { joining } from './joining.ts';
import { renewing } from './renewing.ts';

const MINUTE_MS = 60_000;
const DEFAULT_MINUTES = 15;
const MOST_MINUTES = 24 * 60;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,62}$/;

const text = { type: 'string' };
const wish = {
  type: 'object',
  properties: { request: text, at: { type: 'number' }, nonce: text, proof: text },
  required: ['request', 'at', 'nonce', 'proof'],
};

export const enrolmentEndpoints: readonly Endpoint[] = [
  {
    path: '/enrolments',
    about:
      'Join tokens, newest first; POST makes one for a cluster to join by, once, within 15 minutes, and tells it once',
    query: {},
    answer: listOf(joinTokenSchema),
    methods: ['GET', 'POST'],
    body: { type: 'object', properties: { name: text, minutes: { type: 'number' } }, required: ['name'] },
  },
  { path: '/enrolments/{id}', about: 'The join token is refused from now on', query: {}, methods: ['DELETE'] },
  {
    path: '/enroll',
    about: 'An agent joins its cluster: a join token and its public key (raw Ed25519, base64); needs no session',
    query: {},
    answer: enrolledSchema,
    methods: ['POST'],
    body: {
      type: 'object',
      properties: {
        token: text,
        publicKey: text,
        name: text,
        uid: text,
        version: text,
        proof: text,
        certificate: wish,
      },
      required: ['token', 'publicKey'],
    },
  },
  {
    path: '/agent-certificates',
    about:
      'An enrolled key gets a new client certificate for Kafka: PKCS#10 on P-256 within what the key signs, fresh and once; needs no session',
    query: {},
    answer: agentCertificateSchema,
    methods: ['POST'],
    body: {
      type: 'object',
      properties: { cluster: { type: 'number' }, keyId: text, ...wish.properties },
      required: ['cluster', 'keyId', ...wish.required],
    },
  },
  {
    path: '/clusters/{cluster}/keys',
    about:
      'Keys that a cluster’s agents sign with; DELETE revokes them all: what they sign is set aside within seconds',
    query: {},
    answer: listOf(agentKeySchema),
    methods: ['GET', 'DELETE'],
  },
  { path: '/clusters/{cluster}/keys/{key}', about: 'Revokes one key', query: {}, methods: ['DELETE'] },
];

export interface Enrolments {
  list(request: Request): Promise<ListAnswer<JoinTokenAnswer>>;
  offer(body: unknown, request: Request): Promise<JoinTokenAnswer>;
  withdraw(id: string, request: Request): Promise<void>;
  enroll(body: unknown, request: Request): Promise<EnrolledAnswer>;
  certify(body: unknown, request: Request): Promise<AgentCertificateAnswer>;
  keys(cluster: string, request: Request): Promise<ListAnswer<AgentKeyAnswer>>;
  /** One, or all of the cluster. */
  revoke(cluster: string, keyId: string | undefined, request: Request): Promise<void>;
}

export interface EnrolmentSettings {
  /** Where agents find the brokers, told to those that join. */
  readonly agentBrokers?: readonly string[];
  /** Folder of the authority that signs their client certificates. */
  readonly agentAuthority?: string;
}

export function enrolments(
  { store, clusters, now }: Pick<Asking, 'store' | 'clusters' | 'now'>,
  { agentBrokers = [], agentAuthority: folder }: EnrolmentSettings,
  log: Pick<Log, 'notice'>,
  rules: AgentRules = noAgentRules,
): Enrolments {
  const settings = agentBrokers.length > 0 ? { KAFKA_BROKERS: agentBrokers.join(',') } : {};
  const [authority, check] = [agentAuthority(folder, now), wishChecker(now)];
  const join = joining({ store, log, now, settings, rules, authority, check });
  const renew = renewing({ store, log, now, authority, check });
  const answerOf = (token: JoinToken): JoinTokenAnswer => answered(token, now());
  return {
    async list(request) {
      mustBeAdmin(request);
      return { items: (await store.enrolment.offers()).map(answerOf), coverage: { complete: true, gaps: [] } };
    },
    async offer(body, request) {
      const { name: by } = mustBeAdmin(request);
      const fields = fieldsOf(body, ['name', 'minutes']);
      const name = clusterName(textIn(fields, 'name', 63));
      const minutes = numberIn(fields, 'minutes', MOST_MINUTES, DEFAULT_MINUTES);
      const known = (await store.clusters.all()).find((cluster) => cluster.name === name);
      if (known !== undefined && known.kind !== 'kubernetes')
        throw new Refused(409, `${name} is the name of a cluster of this process (${known.kind}); choose another`);
      const secret = newSecret(JOIN_SECRET);
      const at = now();
      const token = {
        id: crypto.randomUUID(),
        name,
        hash: secret.hash,
        by,
        createdAt: at,
        expiresAt: at + minutes * MINUTE_MS,
      };
      await store.enrolment.offer(token);
      return {
        ...answerOf(token),
        token: secret.text,
        command: joinCommand(addressOf(request), name, secret.text, folder !== undefined),
      };
    },
    async withdraw(id, request) {
      mustBeAdmin(request);
      if (!(await store.enrolment.withdraw(id))) throw notKnown(`there is no join token ${id}`);
    },
    enroll: (body, request) => join(body, request.socket.remoteAddress ?? ''),
    certify: (body, request) => renew(body, request.socket.remoteAddress ?? ''),
    async keys(name, request) {
      mustBeAdmin(request);
      const { id } = await clusters.one(name);
      const kept = await store.clusters.keys(id);
      const items = kept.map(({ keyId, revokedAt }) => ({
        keyId,
        ...(revokedAt !== undefined && { revokedAt: rfc3339(revokedAt) }),
      }));
      return { items, coverage: { complete: true, gaps: [] } };
    },
    async revoke(name, keyId, request) {
      mustBeAdmin(request);
      const cluster = await clusters.one(name);
      const meant = (await store.clusters.keys(cluster.id)).filter((key) => keyId === undefined || key.keyId === keyId);
      if (keyId !== undefined && meant.length === 0) throw notKnown(`cluster ${cluster.name} has no key ${keyId}`);
      for (const key of meant) if (key.revokedAt === undefined) await store.clusters.revokeKey(cluster.id, key.keyId);
      const isShutOut = (await store.clusters.keys(cluster.id)).every((key) => key.revokedAt !== undefined);
      if (isShutOut) await rules.withdraw(cluster.id);
      log.notice('keys revoked', { cluster: cluster.id, name: cluster.name, keys: meant.map((key) => key.keyId) });
    },
  };
}

function clusterName(name: string): string {
  if (NAME.test(name)) return name;
  throw unreadable([
    { field: 'name', expected: 'letters, digits, and . _ @ - in between, at most 63', got: JSON.stringify(name) },
  ]);
}

/** As the asker reaches us: an agent in another place may need another one. */
const addressOf = (request: Request): string =>
  `${isOverTls(request) ? 'https' : 'http'}://${String(request.headers['x-forwarded-host'] ?? request.headers.host)}`;

const answered = ({ id, name, by, createdAt, expiresAt, usedAt }: JoinToken, now: number): JoinTokenAnswer => ({
  ...{ id, name, by, createdAt: rfc3339(createdAt), expiresAt: rfc3339(expiresAt) },
  ...(usedAt !== undefined && { usedAt: rfc3339(usedAt) }),
  state: usedAt !== undefined ? 'used' : expiresAt <= now ? 'late' : 'waiting',
});
