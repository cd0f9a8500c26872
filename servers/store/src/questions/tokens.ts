// Intake tokens: who may write into a cluster from outside.

import type { Tokens } from '../port-signals.ts';
import type { TokenRows } from '../rows.ts';

export const tokens = (rows: TokenRows): Tokens => ({
  add: (cluster, token) => rows.put(cluster, token),
  of: async (cluster) => (await rows.of(cluster)).toSorted((a, b) => a.createdAt - b.createdAt),
  find: (hash) => rows.find(hash),
  remove: (cluster, id) => rows.remove(cluster, id),
  async used(cluster, id, at) {
    const token = (await rows.of(cluster)).find((one) => one.id === id);
    if (token) await rows.put(cluster, { ...token, lastUsedAt: at });
  },
});
