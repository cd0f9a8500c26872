// Retention of a data folder: whole days go, by age and by bytes, the oldest first.

import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DAY_MS } from '@mosaic/wire';
import { leaving } from '../../leaving.ts';
import type { Retention } from '../../port.ts';
import type { Rows, Family as RowsFamily } from '../../rows.ts';
import { dayName } from './files.ts';
import type { Folder } from './folder.ts';
import { latestWrites } from './state-rows.ts';

export function upkeep(
  folder: Folder,
  retention: () => Retention,
): Pick<Rows, 'sweep' | 'usage' | 'keptFrom' | 'freeBytes'> {
  const swept = new Map<RowsFamily, number>();
  for (const row of folder.always().prepare("SELECT name, value FROM mark WHERE name LIKE 'swept/%'").all()) {
    swept.set(String(row.name).slice('swept/'.length) as RowsFamily, Number(row.value)); // written below
  }

  const remove = async (family: RowsFamily, day: number): Promise<number> => {
    if (family === 'state') await folder.write(latestWrites(folder, day));
    const until = Math.max((day + 1) * DAY_MS, swept.get(family) ?? 0);
    await folder.write([{ ...folder.alwaysFile, statement: 'mark', values: [`swept/${family}`, String(until)] }]);
    swept.set(family, until);
    await folder.closeFile(folder.files.path(family, day));
    return folder.files.remove(family, day);
  };

  return {
    keptFrom: (family) => swept.get(family) ?? 0,
    async sweep(now) {
      let removedBytes = 0;
      for (const { family, day } of leaving(folder.files.usage(), retention(), now))
        removedBytes += await remove(family, day);
      await forget(folder, now, retention());
      return { removedBytes };
    },
    usage: async () =>
      folder.files.usage().map(({ family, day, bytes }) => ({
        ...{ family, day: dayName(day), bytes },
        clusters: shares(folder, family, day, bytes),
      })),
    async freeBytes() {
      const { bavail, bsize } = await statfs(dirname(folder.files.always));
      return bavail * bsize;
    },
  };
}

/** What of a file each cluster takes: by the bytes of its chunks, its rows where there are no chunks. */
function shares(folder: Folder, family: RowsFamily, day: number, bytes: number): Record<number, number> {
  const reader = folder.reader(family, day);
  const rows = reader?.prepare(WEIGHTS[family]).all() ?? [];
  const weights = rows.map(({ cluster, weight }) => [Number(cluster), Number(weight)] as const);
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  return Object.fromEntries(
    weights.map(([cluster, weight]) => [cluster, Math.round((bytes * weight) / Math.max(1, total))]),
  );
}

const OF_CHUNKS = 'SELECT cluster, sum(bytes + length(bloom) + length(idx)) AS weight FROM chunk GROUP BY cluster';
const byRows = (table: string): string => `SELECT cluster, count(*) AS weight FROM ${table} GROUP BY cluster`;
const WEIGHTS: Readonly<Record<RowsFamily, string>> = {
  ...{ logs: OF_CHUNKS, metrics: OF_CHUNKS, connections: OF_CHUNKS, edges: OF_CHUNKS, rolled: OF_CHUNKS },
  objects: 'SELECT o.cluster, count(*) AS weight FROM rev r JOIN object o ON o.id = r.object GROUP BY o.cluster',
  ...{ state: byRows('delta'), events: byRows('event'), changes: byRows('change'), coverage: byRows('span') },
};

/** Names that ended and leases that were given up longer ago than objects are kept. */
async function forget(folder: Folder, now: number, retention: Retention): Promise<void> {
  const before = now - retention.days.objects * DAY_MS;
  await folder.write([
    { ...folder.alwaysFile, statement: 'forgetLives', values: [before] },
    { ...folder.alwaysFile, statement: 'forgetLeases', values: [before] },
  ]);
}
