// A cluster's hour in short: who was not well, how much changed and happened, which moments deserve a mark. Kept, because the past stays as it was.

import { NotKept, type Store } from '@mosaic/store';
import type { Objects } from '@mosaic/topology';
import { type Change, HOUR_MS } from '@mosaic/wire';
import { type Ailment, type HealthWalk, settingOut } from './health-walk.ts';

export const MINUTES = 60;
const MINUTE_MS = 60_000;

export interface Hour {
  readonly ailments: readonly Ailment[];
  readonly normal: readonly number[];
  readonly warning: readonly number[];
  /** Per minute, by namespace. */
  readonly changes: ReadonlyMap<string, readonly number[]>;
  /** Changes of severity 2 and up, and what makes or takes a workload. */
  readonly marks: readonly Change[];
}

interface Kept {
  readonly hour: Hour;
  readonly readAt: number;
  /** The hour had ended, with time for late chunks, when it was read. */
  readonly isPast: boolean;
}

/** Two weeks of two clusters, or a day of forty. */
const MOST_HOURS = 1_000;
const LATE_MS = 2 * MINUTE_MS;
const FRESH_MS = 5_000;
/** What an agent spooled while it was cut off may come hours later. */
const PAST_FRESH_MS = 10 * MINUTE_MS;
const MOST_CHANGES = 20_000;
/** Steps are read in such pieces. */
const WINDOW_MS = MINUTE_MS;
/** A busy cluster's hour is half a second of work: questions wait no longer than this for it, and a piece. */
const AT_ONCE_MS = 4;

export interface Hours {
  /** Hours touching [from, to], oldest first. Answers what is kept at once and reads it again in the background when it is old. */
  between(
    cluster: number,
    from: number,
    to: number,
  ): Promise<readonly { readonly from: number; readonly hour: Hour }[]>;
}

export function hours(
  store: Pick<Store, 'state' | 'events' | 'changes'>,
  now: () => number,
  isChanging: (cluster: number) => boolean = () => false,
): Hours {
  const kept = new Map<string, Kept>();
  const reading = new Map<string, Promise<Hour>>();

  const read = (cluster: number, from: number): Promise<Hour> => {
    const key = `${cluster}@${from}`;
    const under = reading.get(key);
    if (under !== undefined) return under;
    const readAt = now();
    const begun = readHour(store, cluster, from, Math.min(from + HOUR_MS, readAt))
      .catch(emptyWhenNotKept)
      .then((hour) => {
        kept.delete(key);
        kept.set(key, { hour, readAt, isPast: readAt > from + HOUR_MS + LATE_MS });
        for (const oldest of kept.keys()) if (kept.size > MOST_HOURS) kept.delete(oldest);
        return hour;
      });
    reading.set(key, begun);
    return begun.finally(() => reading.delete(key));
  };

  const hourAt = (cluster: number, from: number): Promise<Hour> => {
    const known = kept.get(`${cluster}@${from}`);
    if (known === undefined) return read(cluster, from);
    const age = Math.abs(now() - known.readAt);
    const mayBe = known.isPast && !isChanging(cluster) ? PAST_FRESH_MS : FRESH_MS;
    if (age > mayBe * 6) return read(cluster, from);
    if (age > mayBe) void read(cluster, from).catch(() => {}); // the old answer stands until the store is back
    return Promise.resolve(known.hour);
  };

  return {
    async between(cluster, from, to) {
      const begins: number[] = [];
      for (let hour = Math.floor(from / HOUR_MS) * HOUR_MS; hour <= Math.min(to, now()); hour += HOUR_MS)
        begins.push(hour);
      const read: { from: number; hour: Hour }[] = [];
      for (const begin of begins) read.push({ from: begin, hour: await hourAt(cluster, begin) });
      return read;
    },
  };
}

/** The part of a span that is older than retention is empty; a span wholly older is refused by its coverage. */
function emptyWhenNotKept(error: unknown): Hour {
  if (error instanceof NotKept) return { ailments: [], normal: [], warning: [], changes: new Map(), marks: [] };
  throw error;
}

async function readHour(
  store: Pick<Store, 'state' | 'events' | 'changes'>,
  cluster: number,
  from: number,
  to: number,
): Promise<Hour> {
  const [before, histogram, changed] = await Promise.all([
    stateNear(store, cluster, from, to),
    store.events.histogram(cluster, { from, to: from + HOUR_MS, stepMs: MINUTE_MS }),
    changesIn(store, cluster, from, to),
  ]);
  const walk = await walkThrough(store, cluster, before, to);
  const ailments = walk.end(to);
  return {
    ailments: to === from + HOUR_MS ? ailments.map(ended) : ailments,
    normal: histogram.map(({ normal }) => normal),
    warning: histogram.map(({ warning }) => warning),
    ...countChanges(changed, from),
  };
}

async function walkThrough(
  store: Pick<Store, 'state'>,
  cluster: number,
  before: { readonly at: number; readonly objects: Objects },
  to: number,
): Promise<HealthWalk> {
  const breathe = breathing();
  await breathe(true); // reading the state was a piece of its own
  const setting = settingOut(before.objects, before.at, cluster);
  let set = setting.next();
  for (; !set.done; set = setting.next()) await breathe();
  const walk = set.value;
  for (let begin = before.at; begin < to; begin += WINDOW_MS) {
    const found = await store.state.deltas(cluster, { from: begin, to: Math.min(to, begin + WINDOW_MS) });
    await breathe();
    for (const { deltas } of found) {
      walk.step(deltas);
      await breathe();
    }
  }
  return walk;
}

/** Lets everything else have its turn once a piece of work has taken long enough. */
function breathing(): (evenSo?: boolean) => Promise<void> {
  let began = performance.now();
  return async (evenSo = false) => {
    if (!evenSo && performance.now() - began < AT_ONCE_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    began = performance.now();
  };
}

/** Cut by the hour's end: the next hour says how it went on. */
const ended = ({ isOpen: _, ...ailment }: Ailment): Ailment => ailment;

/** Of the hour in which watching began, the first state there is. */
async function stateNear({ state }: Pick<Store, 'state'>, cluster: number, from: number, to: number) {
  const before = await state.at(cluster, from);
  if (before.checkpointAt !== undefined) return { at: from, objects: before.objects };
  const extent = await state.extent(cluster);
  if (extent === undefined || extent.from >= to) return { at: from, objects: before.objects };
  const first = await state.at(cluster, Math.max(from, extent.from));
  return { at: Math.max(from, extent.from), objects: first.objects };
}

async function changesIn(
  { changes }: Pick<Store, 'changes'>,
  cluster: number,
  from: number,
  to: number,
): Promise<Change[]> {
  const all: Change[] = [];
  let cursor: string | undefined;
  do {
    const page = await changes.list(
      cluster,
      { from, to: Math.min(to, from + HOUR_MS - 1) },
      { limit: 2000, ...(cursor && { cursor }) },
    );
    all.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined && all.length < MOST_CHANGES);
  return all;
}

const MARKED_LIVES: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'CronJob',
  'Node',
  'Namespace',
  'Service',
  'Ingress',
]);

/** Jobs come and go by themselves. */
const isMarked = ({ severity, op, kind }: Change): boolean =>
  kind === 'Job' && op !== 'modify' ? severity >= 3 : severity >= 2 || (op !== 'modify' && MARKED_LIVES.has(kind));

function countChanges(changed: readonly Change[], from: number): Pick<Hour, 'changes' | 'marks'> {
  const changes = new Map<string, number[]>();
  for (const { at, namespace } of changed) {
    const minutes = changes.get(namespace) ?? new Array<number>(MINUTES).fill(0);
    changes.set(namespace, minutes);
    const minute = Math.min(MINUTES - 1, Math.max(0, Math.floor((at - from) / MINUTE_MS)));
    minutes[minute] = (minutes[minute] ?? 0) + 1;
  }
  const marks = changed.filter(isMarked);
  return { changes, marks };
}
