import { expect, test } from 'vitest';
import { auditRows } from '../../adapters/memory/people-rows.ts';
import type { AuditRecord } from '../../port-people.ts';
import type { AuditRows } from '../../rows-people.ts';
import { audit } from '../audit.ts';
import { hashOf, verdictOver } from './chain.ts';

const AT = Date.UTC(2026, 10, 21, 12);
const deed = { actor: 'ada', action: 'user.create', target: 'user bob', result: 'done' };

/** Two processes that write in turns. */
async function twoChains(): Promise<AuditRows> {
  const rows = auditRows();
  const [one, two] = [audit(rows, () => AT, 'one'), audit(rows, () => AT + 1, 'two')];
  for (let turn = 0; turn < 3; turn++) {
    await one.record(deed);
    await two.record(deed);
  }
  return rows;
}

/** Somebody with access to the tables. */
const forged = (rows: AuditRows, forge: (records: readonly AuditRecord[]) => readonly AuditRecord[]): AuditRows => ({
  ...rows,
  of: async (day) => forge(await rows.of(day)),
});
const reasons = async (rows: AuditRows): Promise<readonly string[]> =>
  (await verdictOver(rows)).faults.map(({ writer, n, reason }) => `${writer} ${n}: ${reason}`);

test('untouched chains are whole', async () => {
  expect(await verdictOver(await twoChains())).toEqual({ isWhole: true, entries: 6, writers: 2, faults: [] });
});

test('an edited entry is told, and so is one whose hash was made anew', async () => {
  const rows = await twoChains();
  const edited = (record: AuditRecord) => ({ ...record, actor: 'mallory' });
  const isIt = ({ writer, n }: AuditRecord) => writer === 'one' && n === 2;
  expect(await reasons(forged(rows, (all) => all.map((each) => (isIt(each) ? edited(each) : each))))).toEqual([
    'one 2: it was changed after it was written',
  ]);
  const rehashed = (record: AuditRecord) => ({ ...edited(record), hash: hashOf(edited(record)) });
  expect(await reasons(forged(rows, (all) => all.map((each) => (isIt(each) ? rehashed(each) : each))))).toEqual([
    'one 3: the entry before it was changed',
    'two 2: it names entry 2 of process one, which is missing or was changed',
  ]);
});

test('a removed entry, a removed end and a removed chain are told', async () => {
  const rows = await twoChains();
  const without = (gone: (record: AuditRecord) => boolean) =>
    reasons(forged(rows, (all) => all.filter((r) => !gone(r))));
  expect(await without(({ writer, n }) => writer === 'one' && n === 2)).toContain(
    'one 3: entries 2–2 before it are missing',
  );
  expect(await without(({ writer, n }) => writer === 'two' && n === 3)).toEqual([
    'two 3: the last entries of this process are missing',
  ]);
  expect(await without(({ writer }) => writer === 'one')).toContain(
    'two 1: it names entry 1 of process one, which is missing or was changed',
  );
});
