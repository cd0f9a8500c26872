// What the past costs: bytes by signal, cluster and day, how long they are kept, and how long the budget lasts at this pace.

import { prediction, RETAINED, type Retained, type Retention } from '@mosaic/store';
import { type StorageAnswer, storageSchema } from '@mosaic/wire';
import type { Asking } from '../asking/asking.ts';
import { type FieldError, unreadable } from '../asking/problem.ts';
import { type RawQuery, readQuery } from '../asking/query.ts';
import type { Endpoint } from '../openapi/endpoint.ts';

export type Adapter = StorageAnswer['adapter'];

const MOST_DAYS = 3_650;
const TOTAL = 'total';

export const storageEndpoints: readonly Endpoint[] = [
  {
    path: '/storage',
    about: 'Bytes per signal, cluster and day; retention; how many days the budget keeps',
    query: {},
    answer: storageSchema,
  },
  {
    path: '/storage/retention',
    about: 'PUT `{ logs: { days, bytes }, …, total: { bytes } }`: what is not named stays as it is; in force at once',
    query: {},
    answer: storageSchema,
    methods: ['PUT'],
    body: {
      type: 'object',
      properties: Object.fromEntries(
        [...RETAINED, TOTAL].map((family) => [
          family,
          { type: 'object', properties: { days: { type: 'number' }, bytes: { type: ['integer', 'null'] } } },
        ]),
      ),
    },
  },
];

export interface Storage {
  read(query: RawQuery): Promise<StorageAnswer>;
  retain(body: unknown): Promise<StorageAnswer>;
}

export function storage({ clusters, store, now }: Asking, adapter: Adapter): Storage {
  const told = async (): Promise<StorageAnswer> => {
    const [usage, freeBytes, known] = await Promise.all([
      store.upkeep.usage(),
      store.upkeep.freeBytes(),
      clusters.all(),
    ]);
    const names = new Map(known.map(({ id, name }) => [id, name]));
    const retention = await store.upkeep.recall();
    const items = usage.flatMap(({ family, day, bytes, clusters: shares }) =>
      sharesOf(shares, bytes).map(([cluster, share]) => ({
        ...{ cluster, clusterName: names.get(cluster) ?? '', signal: family, day, bytes: share },
      })),
    );
    const predicted = prediction(usage, retention, freeBytes, now());
    return {
      adapter,
      usedBytes: usage.reduce((sum, { bytes }) => sum + bytes, 0),
      ...(freeBytes !== undefined && { freeBytes }),
      ...(retention.bytes !== undefined && { budgetBytes: retention.bytes }),
      items: items.sort((a, b) => (a.day < b.day ? 1 : a.day > b.day ? -1 : b.bytes - a.bytes)),
      perDay: perDay(items, predicted),
      retention: retentionAnswer(retention),
      prediction: Object.fromEntries(
        RETAINED.map((family) => {
          const { days, bytes, bound } = predicted[family];
          return [family, { days, bytes, bound }];
        }),
      ),
      notes: notesOf(adapter),
    };
  };
  return {
    async read(query) {
      readQuery({}, query, now());
      return told();
    },
    async retain(body) {
      await store.upkeep.retain(merged(await store.upkeep.recall(), body));
      await store.upkeep.sweep(now());
      return told();
    },
  };
}

/** What no cluster can be told apart stands under 0. */
function sharesOf(shares: Readonly<Record<number, number>>, bytes: number): [number, number][] {
  const known = Object.entries(shares).map(([cluster, share]): [number, number] => [Number(cluster), share]);
  return known.length > 0 ? known : [[0, bytes]];
}

/** A family's pace, shared out as its bytes are. */
function perDay(items: StorageAnswer['items'], predicted: ReturnType<typeof prediction>): StorageAnswer['perDay'] {
  const groups = Map.groupBy(items, ({ cluster, signal }) => JSON.stringify([cluster, signal]));
  const totals = new Map<string, number>();
  for (const { signal, bytes } of items) totals.set(signal, (totals.get(signal) ?? 0) + bytes);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { cluster, clusterName, signal } = first;
    const own = group.reduce((sum, { bytes }) => sum + bytes, 0);
    const pace = predicted[signal as Retained]?.bytesPerDay ?? 0; // only families stand in items
    return [
      { cluster, clusterName, signal, bytesPerDay: Math.round((pace * own) / Math.max(1, totals.get(signal) ?? 0)) },
    ];
  });
}

function retentionAnswer({ days, familyBytes }: Retention): StorageAnswer['retention'] {
  return Object.fromEntries(
    RETAINED.map((family) => {
      const bytes = familyBytes?.[family];
      return [family, { days: days[family], ...(bytes !== undefined && { bytes }) }];
    }),
  );
}

const notesOf = (adapter: Adapter): string[] =>
  adapter === 'cassandra'
    ? [
        'A changed retention holds for what is written from now on: rows keep the lifetime they were written with.',
        'Bytes are counted as they are written, before Cassandra compresses them. Where they are bounded, new rows get the shorter lifetime that the prediction shows.',
      ]
    : ['Whole UTC days go, the oldest first; the latest state of every cluster is always kept.'];

type Wish = { readonly days?: unknown; readonly bytes?: unknown };

/** Throws a 400 that names every field that is wrong. */
function merged(now: Retention, body: unknown): Retention {
  const given = (typeof body === 'object' && body !== null && !Array.isArray(body) ? body : { '': body }) as Readonly<
    Record<string, Wish>
  >; // fields are checked one by one
  const errors: FieldError[] = [];
  const days: Record<string, number> = { ...now.days };
  const familyBytes: Record<string, number> = { ...now.familyBytes };
  let total = now.bytes;
  for (const [family, wish] of Object.entries(given)) {
    const isTotal = family === TOTAL;
    if (!isTotal && !RETAINED.some((one) => one === family)) {
      errors.push({ field: family, expected: `one of ${[...RETAINED, TOTAL].join(', ')}`, got: 'an unknown field' });
      continue;
    }
    for (const field of Object.keys(wish ?? {}))
      if (field !== 'days' && field !== 'bytes')
        errors.push({ field: `${family}.${field}`, expected: 'days or bytes', got: 'an unknown field' });
    const { days: wishedDays, bytes } = wish ?? {};
    if (wishedDays !== undefined) {
      if (typeof wishedDays === 'number' && wishedDays > 0 && wishedDays <= MOST_DAYS && !isTotal)
        days[family] = wishedDays;
      else
        errors.push({
          field: `${family}.days`,
          expected: isTotal ? 'nothing: days are per signal' : `a number above 0, at most ${MOST_DAYS}`,
          got: toldOf(wishedDays),
        });
    }
    if (bytes === undefined) continue;
    const isBytes = typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes > 0;
    if (!isBytes && bytes !== null)
      errors.push({
        field: `${family}.bytes`,
        expected: 'a whole number above 0, or null for no bound',
        got: toldOf(bytes),
      });
    else if (isTotal) total = isBytes ? bytes : undefined;
    else if (isBytes) familyBytes[family] = bytes;
    else delete familyBytes[family];
  }
  if (errors.length > 0) throw unreadable(errors);
  return { days: days as Retention['days'], familyBytes, ...(total !== undefined && { bytes: total }) }; // every family is there from before
}

const toldOf = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 200);
