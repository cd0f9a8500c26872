// The cluster an intake writes into: named by its token; on loopback without users by a header.

import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ClusterRecord, Store } from '@mosaic/store';
import { IntakeRefusal } from './refusal.ts';

export const DEFAULT_CLUSTER = 'local';
const NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$/;
/** A token looked up is believed for so long: revoking one works within it. */
const FRESH_MS = 5_000;
const USED_EVERY_MS = 60_000;
/** The first user shuts the open doors within it. */
const NOBODY_FOR_MS = 5_000;

export interface Whose {
  /** Registers a cluster that is met for the first time. Throws 401 and 400. */
  writes(request: IncomingMessage): Promise<ClusterRecord>;
  /** Undefined for a cluster nothing was written of. */
  reads(request: IncomingMessage): Promise<ClusterRecord | undefined>;
}

interface Parts {
  readonly store: Pick<Store, 'clusters' | 'tokens' | 'people'>;
  /** Off loopback every intake wants a token; on loopback once there are users. */
  readonly wantsToken: boolean;
  readonly now: () => number;
}

const refused = (detail: string): IntakeRefusal =>
  new IntakeRefusal(401, 'not signed in', detail, { 'WWW-Authenticate': 'Bearer realm="mosaic intake"' });

export function whose({ store, wantsToken, now }: Parts): Whose {
  const found = new Map<string, { at: number; cluster: number }>();
  const usedAt = new Map<string, number>();

  const byToken = async (token: string): Promise<ClusterRecord> => {
    const hash = createHash('sha256').update(token).digest('hex');
    const known = found.get(hash);
    if (known === undefined || now() - known.at > FRESH_MS) {
      const kept = await store.tokens.find(hash);
      if (kept === undefined) throw refused('this token is not known; make one with POST /api/v1/clusters/{id}/tokens');
      const { expiresAt, id } = kept.token;
      if (expiresAt !== undefined && expiresAt <= now())
        throw refused(`this token ended at ${new Date(expiresAt).toISOString()}`);
      if (found.size > 1_000) found.clear();
      found.set(hash, { at: now(), cluster: kept.cluster });
      await tellUsed(kept.cluster, id);
    }
    const cluster = found.get(hash)?.cluster;
    const record = (await store.clusters.all()).find(({ id }) => id === cluster);
    if (record === undefined) throw refused('the cluster of this token is not known any more');
    return record;
  };

  const tellUsed = async (cluster: number, id: string): Promise<void> => {
    if (now() - (usedAt.get(id) ?? Number.NEGATIVE_INFINITY) < USED_EVERY_MS) return;
    usedAt.set(id, now());
    await store.tokens.used(cluster, id, now());
  };

  let usersAt = Number.NEGATIVE_INFINITY;
  let users = false;
  const mustBeOpen = async (): Promise<void> => {
    if (!wantsToken && !users && now() - usersAt > NOBODY_FOR_MS) {
      users = (await store.people.all()).length > 0;
      usersAt = now();
    }
    if (wantsToken || users) throw refused('this intake wants Authorization: Bearer with a token of its cluster');
  };

  return {
    async writes(request) {
      const token = bearer(request);
      if (token !== undefined) return byToken(token);
      await mustBeOpen();
      const name = named(request);
      const known = (await store.clusters.all()).find((one) => one.name === name);
      return known ?? store.clusters.enrol({ name, kind: 'intake' });
    },
    async reads(request) {
      const token = bearer(request);
      if (token !== undefined) return byToken(token);
      await mustBeOpen();
      const name = named(request);
      return (await store.clusters.all()).find((one) => one.name === name);
    },
  };
}

function bearer({ headers }: IncomingMessage): string | undefined {
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  const match = /^Bearer +(\S+)$/i.exec(authorization);
  if (match === null) throw refused('Authorization is read as Bearer only');
  return match[1];
}

function named({ headers }: IncomingMessage): string {
  const given = headers['x-mosaic-cluster'];
  const name = typeof given === 'string' && given !== '' ? given : DEFAULT_CLUSTER;
  if (NAME.test(name)) return name;
  throw new IntakeRefusal(400, 'cannot be read', 'X-Mosaic-Cluster: expected a name of 1–100 letters, digits, . _ -');
}
