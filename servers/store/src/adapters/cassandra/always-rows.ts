// Clusters, keys, leases and marks, in Cassandra.

import type { AgentKey, ClusterRecord } from '../../port.ts';
import type { ClusterRows, LeaseRows, Rows } from '../../rows.ts';
import type { Lifetimes } from './keeping-rows.ts';
import { bytesOf, maybeNumber, maybeText, numberOf, type Row, type Session, textOf, type Value } from './session.ts';

const MICROS = 1000;
const MOST_TRIES = 100;

export function clusterRows(session: Session): ClusterRows {
  const all = async () => (await session.run('SELECT * FROM cluster')).map(clusterOf).sort((a, b) => a.id - b.id);
  const idOf = async (name: string): Promise<number | undefined> =>
    maybeNumber((await session.run('SELECT id FROM cluster_name WHERE name = ?', [name]))[0]?.id);
  return {
    async enrol(cluster, now) {
      const id = (await idOf(cluster.name)) ?? (await claim(session, cluster.name, await all()));
      const { name, kind, uid, version } = cluster;
      await session.run('INSERT INTO cluster (id, name, kind, uid, version) VALUES (?, ?, ?, ?, ?)', [
        id,
        name,
        kind,
        uid,
        version,
      ]);
      await session.decide('UPDATE cluster SET enrolled_at = ? WHERE id = ? IF enrolled_at = null', [now, id]);
      const [row] = await session.run('SELECT * FROM cluster WHERE id = ?', [id]);
      return row ? clusterOf(row) : { ...cluster, id, enrolledAt: now };
    },
    all: async () => (await all()).filter(({ enrolledAt }) => enrolledAt > 0),
    async putKey(cluster, { keyId, publicKey, revokedAt }) {
      const cql = 'INSERT INTO agent_key (cluster_id, key_id, public_key, revoked_at) VALUES (?, ?, ?, ?)';
      await session.run(cql, [cluster, keyId, publicKey, revokedAt]);
    },
    async revokeKey(cluster, keyId, now) {
      const cql = 'UPDATE agent_key SET revoked_at = ? WHERE cluster_id = ? AND key_id = ? IF revoked_at = null';
      await session.decide(cql, [now, cluster, keyId]);
    },
    async keys(cluster) {
      return (await session.run('SELECT * FROM agent_key WHERE cluster_id = ?', [cluster])).flatMap(keyOf);
    },
  };
}

/** The next free number, then the name for it: who loses the name leaves its number unused. */
async function claim(session: Session, name: string, known: readonly ClusterRecord[]): Promise<number> {
  let id = Math.max(0, ...known.map((cluster) => cluster.id)) + 1;
  for (let tried = 0; tried < MOST_TRIES; tried++, id++) {
    const number = await session.decide('INSERT INTO cluster (id, name) VALUES (?, ?) IF NOT EXISTS', [id, name]);
    if (!number.applied) continue;
    const named = await session.decide('INSERT INTO cluster_name (name, id) VALUES (?, ?) IF NOT EXISTS', [name, id]);
    if (named.applied) return id;
    await session.decide('DELETE FROM cluster WHERE id = ? IF EXISTS', [id]);
    return numberOf(named.row?.id);
  }
  throw new Error(`no number could be given to cluster ${name} in ${MOST_TRIES} tries`);
}

function clusterOf(row: Row): ClusterRecord {
  const [uid, version] = [row.uid, row.version].map(maybeText);
  return {
    ...{ id: numberOf(row.id), name: textOf(row.name), enrolledAt: maybeNumber(row.enrolled_at) ?? 0 },
    kind: (maybeText(row.kind) ?? 'kubernetes') as ClusterRecord['kind'], // only kinds are ever written
    ...(uid !== undefined && { uid }),
    ...(version !== undefined && { version }),
  };
}

function keyOf(row: Row): AgentKey[] {
  const publicKey = bytesOf(row.public_key);
  const revokedAt = maybeNumber(row.revoked_at);
  if (publicKey.length === 0) return [];
  return [{ keyId: textOf(row.key_id), publicKey, ...(revokedAt !== undefined && { revokedAt }) }];
}

export function leaseRows(session: Session, lives: Lifetimes): LeaseRows {
  const columns = 'cluster_id, ip, from_ts, uid, host_network';
  const open = `INSERT INTO ip_lease (${columns}) VALUES (?, ?, ?, ?, ?) USING TIMESTAMP ?`;
  const closed = `INSERT INTO ip_lease (${columns}, to_ts) VALUES (?, ?, ?, ?, ?, ?) USING TTL ? AND TIMESTAMP ?`;
  return {
    put: (cluster, leases) =>
      session.runAll(
        leases.flatMap(({ ip, from, uid, to, hostNetwork }): (readonly [string, readonly Value[]])[] => {
          const place = [cluster, ip, from, uid, hostNetwork];
          if (to === undefined) return [[open, [...place, from * MICROS]]];
          return [[closed, [...place, to, lives.ttl('objects', to) ?? 1, Math.max(to, from) * MICROS + 1]]];
        }),
      ),
    async of(cluster, ip, to) {
      const cql = 'SELECT * FROM ip_lease WHERE cluster_id = ? AND ip = ? AND from_ts <= ?';
      return (await session.run(cql, [cluster, ip, to])).map((row) => {
        const end = maybeNumber(row.to_ts);
        const about = { ip, uid: textOf(row.uid), from: numberOf(row.from_ts), hostNetwork: row.host_network === true };
        return { ...about, ...(end !== undefined && { to: end }) };
      });
    },
  };
}

export function markRows(session: Session): Rows['marks'] {
  return {
    get: async (name) => maybeText((await session.run('SELECT value FROM mark WHERE name = ?', [name]))[0]?.value),
    async set(name, value) {
      await session.run('INSERT INTO mark (name, value) VALUES (?, ?)', [name, value]);
    },
  };
}
