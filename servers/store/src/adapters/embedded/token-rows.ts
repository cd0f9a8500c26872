// Intake tokens, in SQLite: a lookup by hash is one step in an index.

import type { IntakeTokenRecord } from '../../port-signals.ts';
import type { TokenRows } from '../../rows.ts';
import type { Folder } from './folder.ts';

interface TokenRow {
  readonly cluster: number;
  readonly rest: string;
}

const tokenOf = (row: unknown): { cluster: number; token: IntakeTokenRecord } => {
  const { cluster, rest } = row as TokenRow; // SELECT * FROM token
  return { cluster, token: JSON.parse(rest) as IntakeTokenRecord }; // put wrote it
};

export function tokenRows(folder: Folder): TokenRows {
  const to = folder.alwaysFile;
  const one = (cluster: number, id: string) =>
    folder.always().prepare('SELECT * FROM token WHERE cluster = ? AND id = ?').get(cluster, id);
  return {
    put: (cluster, token) =>
      folder.write([{ ...to, statement: 'token', values: [cluster, token.id, token.hash, JSON.stringify(token)] }]),
    of: async (cluster) =>
      folder
        .always()
        .prepare('SELECT * FROM token WHERE cluster = ?')
        .all(cluster)
        .map((row) => tokenOf(row).token),
    async find(hash) {
      const row = folder.always().prepare('SELECT * FROM token WHERE hash = ?').get(hash);
      return row === undefined ? undefined : tokenOf(row);
    },
    async remove(cluster, id) {
      if (one(cluster, id) === undefined) return false;
      await folder.write([{ ...to, statement: 'forgetToken', values: [cluster, id] }]);
      return true;
    },
  };
}
