// What does not go by day: clusters, keys, leases, marks, in SQLite.

import type { AgentKey, ClusterRecord, Lease } from '../../port.ts';
import type { ClusterRows, LeaseRows, Rows } from '../../rows.ts';
import type { Folder } from './folder.ts';

export function clusterRows(folder: Folder): ClusterRows {
  const to = folder.alwaysFile;
  return {
    async enrol({ name, kind, uid = null, version = null }, now) {
      await folder.write([{ ...to, statement: 'cluster', values: [name, kind, uid, version, now] }]);
      const row = folder.always().prepare('SELECT * FROM cluster WHERE name = ?').get(name);
      return clusterOf(row as unknown as ClusterRow); // written above
    },
    all: async () =>
      folder
        .always()
        .prepare('SELECT * FROM cluster ORDER BY id')
        .all()
        .map((row) => clusterOf(row as unknown as ClusterRow)), // SELECT *
    putKey: (cluster, { keyId, publicKey, revokedAt = null }) =>
      folder.write([{ ...to, statement: 'agentKey', values: [cluster, keyId, publicKey, revokedAt] }]),
    revokeKey: (cluster, keyId, now) =>
      folder.write([{ ...to, statement: 'revokeKey', values: [cluster, keyId, now] }]),
    keys: async (cluster) =>
      folder
        .always()
        .prepare('SELECT * FROM agent_key WHERE cluster = ?')
        .all(cluster)
        .map((row) => keyOf(row as unknown as KeyRow)), // SELECT *
  };
}

interface ClusterRow extends Pick<ClusterRecord, 'id' | 'name' | 'kind'> {
  readonly uid: string | null;
  readonly version: string | null;
  readonly enrolled_at: number;
}
const clusterOf = ({ id, name, kind, uid, version, enrolled_at }: ClusterRow): ClusterRecord => ({
  ...{ id, name, kind, enrolledAt: enrolled_at },
  ...(uid !== null && { uid }),
  ...(version !== null && { version }),
});

interface KeyRow {
  readonly key_id: string;
  readonly public_key: Uint8Array;
  readonly revoked_at: number | null;
}
const keyOf = ({ key_id, public_key, revoked_at }: KeyRow): AgentKey => ({
  ...{ keyId: key_id, publicKey: public_key },
  ...(revoked_at !== null && { revokedAt: revoked_at }),
});

export function leaseRows(folder: Folder): LeaseRows {
  return {
    put: (cluster, leases) =>
      folder.write(
        leases.map(({ ip, from, uid, to = null, hostNetwork }) => ({
          ...folder.alwaysFile,
          statement: 'lease',
          values: [cluster, ip, from, uid, to, hostNetwork ? 1 : 0],
        })),
      ),
    async of(cluster, ip, to) {
      const sql = 'SELECT * FROM lease WHERE cluster = ? AND ip = ? AND from_at <= ?';
      const rows = folder.always().prepare(sql).all(cluster, ip, to);
      return rows.map((row) => leaseOf(row as unknown as LeaseRow)); // SELECT * FROM lease
    },
  };
}

interface LeaseRow {
  readonly ip: string;
  readonly uid: string;
  readonly from_at: number;
  readonly to_at: number | null;
  readonly host_network: number;
}
const leaseOf = ({ ip, uid, from_at, to_at, host_network }: LeaseRow): Lease => ({
  ...{ ip, uid, from: from_at, hostNetwork: host_network === 1 },
  ...(to_at !== null && { to: to_at }),
});

export function markRows(folder: Folder): Rows['marks'] {
  return {
    async get(name) {
      const value = folder.always().prepare('SELECT value FROM mark WHERE name = ?').get(name)?.value;
      return typeof value === 'string' ? value : undefined;
    },
    set: (name, value) => folder.write([{ ...folder.alwaysFile, statement: 'mark', values: [name, value] }]),
  };
}
