// Asking an API server as its admin: just enough for readiness and for giving users their rights.

import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import type { KeyPair } from './certificates.ts';

const TIMEOUT_MS = 10_000;

export interface ApiReply {
  readonly status: number;
  readonly body: string;
}

/** `status: 0` when nobody answers. */
export type AskApi = (method: string, path: string, body?: unknown) => Promise<ApiReply>;

export function apiClient(url: string, caPath: string, client: KeyPair): AskApi {
  const tls = {
    ca: readFileSync(caPath),
    key: readFileSync(client.key),
    cert: readFileSync(client.certificate),
  };
  return (method, path, body) =>
    new Promise((resolve) => {
      const headers = { 'content-type': 'application/json' };
      const asking = request(new URL(path, url), { ...tls, method, headers, timeout: TIMEOUT_MS }, (reply) => {
        const parts: Buffer[] = [];
        reply.on('data', (part) => parts.push(part));
        reply.on('end', () => resolve({ status: reply.statusCode ?? 0, body: Buffer.concat(parts).toString() }));
        reply.on('error', (error) => resolve({ status: 0, body: error.message }));
      });
      asking.on('timeout', () => asking.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)));
      asking.on('error', (error) => resolve({ status: 0, body: error.message }));
      asking.end(body === undefined ? undefined : JSON.stringify(body));
    });
}

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Gives `user` these rights in the whole cluster, and no others, whatever it was given before. */
export async function grant(ask: AskApi, user: string, rules: readonly Rule[]): Promise<void> {
  const name = `mosaic-dev-${user}`;
  const group = 'rbac.authorization.k8s.io';
  const apiVersion = `${group}/v1`;
  await replace(ask, `/apis/${apiVersion}/clusterroles`, {
    apiVersion,
    kind: 'ClusterRole',
    metadata: { name },
    rules,
  });
  await replace(ask, `/apis/${apiVersion}/clusterrolebindings`, {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name },
    subjects: [{ apiGroup: group, kind: 'User', name: user }],
  });
}

interface Named {
  readonly [field: string]: unknown;
  readonly metadata: { readonly name: string };
}

async function replace(ask: AskApi, path: string, object: Named): Promise<void> {
  const made = await ask('POST', path, object);
  const reply = made.status === 409 ? await ask('PUT', `${path}/${object.metadata.name}`, object) : made;
  if (reply.status >= 300 || reply.status === 0)
    throw new Error(`${path}/${object.metadata.name} was not written: ${reply.status} ${reply.body.slice(0, 500)}`);
}
