// Retention of a data folder: whole days go, by age and by bytes, the oldest first.

import { DAY_MS, dayOf } from '@mosaic/wire';
import type { Retention } from '../../port.ts';
import type { Rows, Family as RowsFamily } from '../../rows.ts';
import { dayName } from './files.ts';
import type { Folder } from './folder.ts';
import { latestWrites } from './state-rows.ts';

export function upkeep(folder: Folder, retention: Retention): Pick<Rows, 'sweep' | 'usage' | 'keptFrom'> {
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
      const kept = folder.files.usage().sort((a, b) => a.day - b.day);
      let total = kept.reduce((sum, { bytes }) => sum + bytes, 0);
      for (const { family, day, bytes } of kept) {
        const isOld = (day + 1) * DAY_MS <= now - retention.days[family] * DAY_MS;
        const isTooMuch = retention.bytes !== undefined && total > retention.bytes && day < dayOf(now);
        if (!isOld && !isTooMuch) continue;
        removedBytes += await remove(family, day);
        total -= bytes;
      }
      await forget(folder, now, retention);
      return { removedBytes };
    },
    usage: async () => folder.files.usage().map(({ family, day, bytes }) => ({ family, day: dayName(day), bytes })),
  };
}

/** Names that ended and leases that were given up longer ago than objects are kept. */
async function forget(folder: Folder, now: number, retention: Retention): Promise<void> {
  const before = now - retention.days.objects * DAY_MS;
  await folder.write([
    { ...folder.alwaysFile, statement: 'forgetLives', values: [before] },
    { ...folder.alwaysFile, statement: 'forgetLeases', values: [before] },
  ]);
}
