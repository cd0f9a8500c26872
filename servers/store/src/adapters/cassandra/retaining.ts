// Retention in Cassandra: many processes write, so each asks again and again what is in force. Rows end by their TTL, so bytes are met by writing new rows
// with a shorter one: as many days as the budget keeps at the pace of late. Compaction windows follow the days.

import type { Retained, Retention, Usage } from '../../port.ts';
import { RETAINED } from '../../port.ts';
import { prediction } from '../../prediction.ts';
import type { RetentionCell } from '../../retention-cell.ts';
import type { StoreLog } from '../embedded.ts';
import type { Session } from './session.ts';

/** Another process's word is in force here after this. */
const ASK_EVERY_MS = 5_000;
/** Paces are of days: they do not change sooner. */
const WEIGH_EVERY_MS = 5 * 60_000;
/** About so many windows per retention: rows of one window die together. */
const WINDOWS = 28;

export interface Retaining extends RetentionCell {
  /** What new rows are written with: the days said, or fewer where the bytes said keep fewer. */
  forNewRows(): Retention;
  start(): Promise<void>;
  stop(): void;
}

export interface RetainingParts {
  readonly cell: RetentionCell;
  readonly usage: () => Promise<readonly Usage[]>;
  /** Makes the compaction windows of tables fit the days. */
  readonly fit: (retention: Retention) => Promise<void>;
  readonly now: () => number;
  readonly log?: StoreLog | undefined;
}

export function retaining({ cell, usage, fit, now, log }: RetainingParts): Retaining {
  let cut: { readonly of: string; readonly retention: Retention } | undefined;
  let weighedAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  async function weigh(): Promise<void> {
    const said = cell.now();
    const of = JSON.stringify(said);
    if (cut?.of === of && performance.now() - weighedAt < WEIGH_EVERY_MS) return;
    weighedAt = performance.now();
    cut = { of, retention: isBounded(said) ? cutDown(said, await usage(), now()) : said };
  }

  const ask = async (): Promise<void> => {
    await cell.recall();
    await weigh();
  };

  return {
    now: cell.now,
    recall: cell.recall,
    forNewRows: () => (cut?.of === JSON.stringify(cell.now()) ? cut.retention : cell.now()),
    async retain(retention) {
      const before = cell.now();
      await cell.retain(retention);
      await weigh();
      if (JSON.stringify(before.days) === JSON.stringify(retention.days)) return;
      // It is in force without: windows that do not fit cost Cassandra work, not anybody data.
      await fit(retention).catch((error: unknown) => log?.warn('compaction windows stay as they are', { error }));
    },
    async start() {
      await ask();
      timer = setInterval(() => void ask().catch(() => {}), ASK_EVERY_MS).unref(); // Cassandra is away: what was in force is
    },
    stop: () => clearInterval(timer),
  };
}

const isBounded = ({ bytes, familyBytes = {} }: Retention): boolean =>
  bytes !== undefined || Object.values(familyBytes).some((bound) => bound !== undefined);

function cutDown(said: Retention, usage: readonly Usage[], now: number): Retention {
  const kept = prediction(usage, said, undefined, now);
  const days = Object.fromEntries(RETAINED.map((family) => [family, kept[family].days]));
  return { ...said, days: days as Record<Retained, number> }; // every family filled above
}

/** Hours of a compaction window for rows that are kept so many days. */
export const windowHours = (days: number): number => Math.max(1, Math.round((days * 24) / WINDOWS));

/** `families`: by table. Tables whose windows have the right size already are left alone. */
export async function fitWindows(
  session: Session,
  keyspace: string,
  families: ReadonlyMap<string, string>,
  { days }: Retention,
): Promise<void> {
  const cql = 'SELECT table_name, compaction FROM system_schema.tables WHERE keyspace_name = ?';
  for (const row of await session.run(cql, [keyspace])) {
    const table = String(row.table_name);
    const family = families.get(table);
    const kept = (days as Readonly<Record<string, number>>)[family ?? '']; // families are named in the schema's files
    const windows = row.compaction as Readonly<Record<string, string>>; // a map<text, text>
    if (kept === undefined || Number(windows.compaction_window_size) === windowHours(kept)) continue;
    await session.run(`ALTER TABLE ${table} WITH compaction = ${windowsOf(kept)}`);
  }
}

export const windowsOf = (days: number): string =>
  `{'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'HOURS', 'compaction_window_size': '${windowHours(days)}'}`;
