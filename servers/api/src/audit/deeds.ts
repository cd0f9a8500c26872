// What of a request goes into the audit: who, what, about what, and what was asked, without secrets.

import type { Deed } from '@mosaic/store';
import type { Request } from 'express';
import { shapeOf } from '../openapi/endpoints.ts';
import { maybeVisitor } from '../people/visitor.ts';

/** Named so that they can be asked for; every other change is told by its method and path. */
const NAMED: Readonly<Record<string, string>> = {
  'POST /api/v1/sessions': 'session.create',
  'DELETE /api/v1/sessions/{id}': 'session.delete',
  'DELETE /api/v1/sessions/current': 'session.delete',
  'POST /api/v1/users': 'user.create',
  'DELETE /api/v1/users/{name}': 'user.delete',
  'PUT /api/v1/users/{name}/password': 'user.password',
  'POST /api/v1/tokens': 'token.create',
  'DELETE /api/v1/tokens/{id}': 'token.delete',
  'POST /api/v1/enrolments': 'join-token.create',
  'DELETE /api/v1/enrolments/{id}': 'join-token.delete',
  'POST /api/v1/enroll': 'cluster.enrol',
  'POST /api/v1/agent-certificates': 'cluster.certify',
  'DELETE /api/v1/clusters/{cluster}/keys': 'cluster.revoke',
  'DELETE /api/v1/clusters/{cluster}/keys/{key}': 'cluster.revoke',
  'POST /api/v1/clusters/{cluster}/tokens': 'intake-token.create',
  'DELETE /api/v1/clusters/{cluster}/tokens/{id}': 'intake-token.delete',
  'PUT /api/v1/storage/retention': 'retention.change',
  'GET /api/v1/report': 'report.export',
  'GET /api/v1/incidents/{id}/capsule': 'report.export',
};
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const SECRET = /password|token|secret|current|key$/i;
const MOST_CHARS = 2_000;

/** Undefined for what only looks. */
export function actionOf(method: string, path: string): string | undefined {
  const named = `${method} ${shapeOf(path)}`;
  return NAMED[named] ?? (READING.has(method) ? undefined : named);
}

/** Without its result. `params` and `body` are read once Nest knows them. */
export function deedOf(request: Request, action: string): Omit<Deed, 'result'> {
  const body = fieldsIn(request.body);
  const query = fieldsIn(request.query);
  const asked = { ...query, ...body };
  const name = textOf(body.name);
  const { cluster = '' } = request.params;
  return {
    actor: maybeVisitor(request)?.name ?? actorOf(action, name),
    action,
    target: action === 'session.create' ? `from ${request.socket.remoteAddress ?? ''}` : targetOf(request, name),
    ...(/^\d{1,9}$/.test(String(cluster)) && { cluster: Number(cluster) }),
    ...(Object.keys(asked).length > 0 && { request: told(asked) }),
  };
}

/** Who is not somebody yet. */
function actorOf(action: string, name: string | undefined): string {
  if (action === 'cluster.enrol' || action === 'cluster.certify') return 'agent';
  return (action === 'session.create' ? name : undefined) ?? 'nobody';
}

function targetOf({ params, path }: Request, name: string | undefined): string {
  const parts = [...Object.values(params).map(String), ...(name === undefined ? [] : [name])].filter(
    (part) => part !== '',
  );
  return (parts.length > 0 ? parts.join(' ') : path).slice(0, MOST_CHARS);
}

function fieldsIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}; // told as it is
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value.slice(0, 100) : undefined);

/** At any depth what is named like a secret is left out. */
const told = (asked: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(asked, (field, value: unknown) => (SECRET.test(field) ? '…' : value)).slice(0, MOST_CHARS);
