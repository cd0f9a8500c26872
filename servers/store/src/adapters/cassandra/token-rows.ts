// Intake tokens, in Cassandra: by cluster, and by hash.

import type { IntakeTokenRecord } from '../../port-signals.ts';
import type { TokenRows } from '../../rows.ts';
import { numberOf, type Row, type Session, textOf } from './session.ts';

const tokenOf = (row: Row): IntakeTokenRecord => JSON.parse(textOf(row.rest)) as IntakeTokenRecord; // put wrote it

export function tokenRows(session: Session): TokenRows {
  const one = async (cluster: number, id: string): Promise<Row | undefined> => {
    const [row] = await session.run('SELECT * FROM intake_token WHERE cluster_id = ? AND id = ?', [cluster, id]);
    return row;
  };
  return {
    put: (cluster, token) =>
      session.runAll([
        [
          'INSERT INTO intake_token (cluster_id, id, hash, rest) VALUES (?, ?, ?, ?)',
          [cluster, token.id, token.hash, JSON.stringify(token)],
        ],
        ['INSERT INTO intake_token_hash (hash, cluster_id, id) VALUES (?, ?, ?)', [token.hash, cluster, token.id]],
      ]),
    of: async (cluster) =>
      (await session.run('SELECT * FROM intake_token WHERE cluster_id = ?', [cluster])).map(tokenOf),
    async find(hash) {
      const [place] = await session.run('SELECT cluster_id, id FROM intake_token_hash WHERE hash = ?', [hash]);
      if (place === undefined) return undefined;
      const cluster = numberOf(place.cluster_id);
      const row = await one(cluster, textOf(place.id));
      return row && { cluster, token: tokenOf(row) };
    },
    async remove(cluster, id) {
      const row = await one(cluster, id);
      if (row === undefined) return false;
      await session.run('DELETE FROM intake_token_hash WHERE hash = ?', [textOf(row.hash)]);
      await session.run('DELETE FROM intake_token WHERE cluster_id = ? AND id = ?', [cluster, id]);
      return true;
    },
  };
}
