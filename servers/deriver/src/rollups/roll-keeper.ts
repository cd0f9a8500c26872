// Roll-ups of all clusters this process owns: an hour is rolled up once it is closed, and again when something of it comes late.

import type { Log } from '@mosaic/runtime';
import { NotKept, type RolledSeries, type Store } from '@mosaic/store';
import { type ChunkHeader, DAY_MS, HOUR_MS, type MetricSeries } from '@mosaic/wire';
import { roll, withHour } from './roll.ts';

export interface RollKeeper {
  /** A chunk of metrics came by. Resolves once that cannot be forgotten. */
  touch(header: ChunkHeader, now: number): Promise<void>;
  /** Rolls up what is due; resolves to how many entities that were. What fails is due again. */
  due(now: number): Promise<number>;
}

const STEP_MS = 300_000;
/** Samples of ten minutes are sent once more by entity: they should have come. */
const GRACE_MS = 720_000;
/** What comes late comes in numbers. */
const QUIET_MS = 30_000;
const AGAIN_MS = 30_000;
/** Entities read at once: those of one source share their chunks. */
const BATCH = 200;

interface DueHour {
  readonly cluster: number;
  readonly hour: number;
  /** By who sent them; unknown after a restart. */
  readonly bySource: Map<string, Set<string>>;
  isWhole: boolean;
  readyAt: number;
  touches: number;
}

const dueMark = (cluster: number): string => `deriver/${cluster}/rolls-due`;

export function rollKeeper({
  store,
  log,
}: {
  readonly store: Pick<Store, 'metrics' | 'marks'>;
  readonly log: Pick<Log, 'warn'>;
}): RollKeeper {
  const hours = new Map<string, DueHour>();
  const taken = new Set<number>();

  const dueAt = (cluster: number, hour: number, isWhole: boolean): DueHour => {
    const key = `${cluster}/${hour}`;
    const due = hours.get(key) ?? { cluster, hour, bySource: new Map(), isWhole, readyAt: 0, touches: 0 };
    hours.set(key, due);
    return due;
  };
  const keep = (cluster: number): Promise<void> => {
    const mine = [...hours.values()].filter((due) => due.cluster === cluster).map(({ hour }) => hour);
    return store.marks.set(dueMark(cluster), JSON.stringify(mine));
  };
  /** What was due when somebody last wrote it down: of which entities is not known. */
  const take = async (cluster: number, now: number): Promise<void> => {
    if (taken.has(cluster)) return;
    const text = await store.marks.get(dueMark(cluster));
    for (const hour of text === undefined ? [] : (JSON.parse(text) as number[])) {
      const due = dueAt(cluster, hour, true); // `keep` wrote it
      due.readyAt = Math.max(hour + HOUR_MS + GRACE_MS, now + QUIET_MS);
    }
    taken.add(cluster);
  };

  return {
    async touch({ cluster, t0, source, metrics }, now) {
      await take(cluster, now);
      const hour = Math.floor(t0 / HOUR_MS) * HOUR_MS; // no chunk crosses one
      const isNew = !hours.has(`${cluster}/${hour}`);
      const due = dueAt(cluster, hour, false);
      const entities = due.bySource.get(source) ?? new Set<string>();
      due.bySource.set(source, entities);
      for (const entity of metrics?.entities ?? []) entities.add(entity);
      due.touches++;
      due.readyAt = Math.max(hour + HOUR_MS + GRACE_MS, now + QUIET_MS);
      if (isNew) await keep(cluster);
    },
    async due(now) {
      let rolled = 0;
      for (const [key, due] of hours) {
        if (due.readyAt > now) continue;
        const { touches } = due;
        try {
          rolled += await rollHour(store.metrics, due);
          if (due.touches !== touches) continue; // more came meanwhile
          hours.delete(key);
          await keep(due.cluster);
        } catch (error) {
          if (error instanceof NotKept) {
            hours.delete(key); // older than what is kept: nothing to roll up
            await keep(due.cluster);
            continue;
          }
          due.readyAt = now + AGAIN_MS;
          log.warn('an hour of samples is still to be rolled up', { cluster: due.cluster, hour: due.hour, error });
        }
      }
      return rolled;
    },
  };
}

async function rollHour(metrics: Store['metrics'], { cluster, hour, bySource, isWhole }: DueHour): Promise<number> {
  const span = { from: hour, to: hour + HOUR_MS - 1 };
  const groups = isWhole ? [await metrics.entities(cluster, span)] : [...bySource.values()].map((names) => [...names]);
  let entities = 0;
  for (const group of groups)
    for (let i = 0; i < group.length; i += BATCH) {
      const samples = await metrics.samples(cluster, { ...span, entities: group.slice(i, i + BATCH) });
      for (const [entity, series] of Map.groupBy(samples, (one) => one.entity)) {
        await putHour(metrics, cluster, hour, entity, series);
        entities++;
      }
    }
  return entities;
}

/** Both resolutions of one entity's hour. */
async function putHour(
  metrics: Store['metrics'],
  cluster: number,
  hour: number,
  entity: string,
  series: readonly MetricSeries[],
): Promise<void> {
  const day = Math.floor(hour / DAY_MS) * DAY_MS;
  await metrics.putRolled(cluster, '5m', hour, entity, series.map((one) => roll(one, STEP_MS)).filter(hasSteps));
  const before = await metrics.rolled(cluster, '1h', { from: day, to: day + DAY_MS - 1, entities: [entity] });
  const hourly = series.map((one) => roll(one, HOUR_MS)).filter(hasSteps);
  await metrics.putRolled(cluster, '1h', day, entity, withHour(before, hour, hourly));
}

const hasSteps = ({ steps }: RolledSeries): boolean => steps.length > 0;
