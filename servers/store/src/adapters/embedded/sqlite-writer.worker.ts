// The one writer of a data folder, in its own thread. Writes that arrive while a commit runs share the next one (group commit);
// a write is acknowledged after its commit is on disk. When a group fails, each of its writes is tried alone and answered for itself.

import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { type FileKind, PAGE_BYTES, SCHEMA, WRITES, type Write, type WriteName } from './sql.ts';

type Asked =
  | { readonly id: number; readonly writes: readonly Write[] }
  | { readonly id: number; readonly close: string }
  | { readonly id: number; readonly stop: true };
type Job = Extract<Asked, { readonly writes: unknown }>;

interface OpenFile {
  readonly db: DatabaseSync;
  readonly statements: Map<WriteName, StatementSync>;
  inTransaction: boolean;
}

const MOST_OPEN_FILES = 24;
const { commitAfterMs, mostPages } = workerData as { readonly commitAfterMs: number; readonly mostPages?: number }; // given by writer.ts
const files = new Map<string, OpenFile>();
let group: Job[] = [];

if (parentPort === null) throw new Error('the writer runs as a worker thread');
const port = parentPort;
port.on('message', (asked: Asked) => {
  if ('writes' in asked) return take(asked);
  commitGroup();
  if ('close' in asked) closeFile(asked.close);
  else for (const path of [...files.keys()]) closeFile(path);
  port.postMessage({ id: asked.id });
  if ('stop' in asked) port.close();
});

function take(job: Job): void {
  group.push(job);
  if (group.length === 1) setTimeout(commitGroup, commitAfterMs);
}

function commitGroup(): void {
  const jobs = group;
  group = [];
  if (jobs.length === 0) return;
  try {
    commit(jobs);
    port.postMessage({ ids: jobs.map(({ id }) => id) });
  } catch (error) {
    const [only] = jobs;
    if (jobs.length === 1 && only) answerFailure(only, error);
    else for (const job of jobs) commitAlone(job);
  }
}

function commitAlone(job: Job): void {
  try {
    commit([job]);
    port.postMessage({ id: job.id });
  } catch (error) {
    answerFailure(job, error);
  }
}

function answerFailure({ id }: Job, error: unknown): void {
  const { message = String(error), errcode } = error as { message?: string; errcode?: number }; // node:sqlite's errors carry SQLite's code
  port.postMessage({ id, error: { message, errcode } });
}

function commit(jobs: readonly Job[]): void {
  try {
    for (const { writes } of jobs) {
      for (const { kind, path, statement, values } of writes) {
        const file = opened(path, kind);
        if (!file.inTransaction) {
          file.db.exec('BEGIN IMMEDIATE');
          file.inTransaction = true;
        }
        prepared(file, statement).run(...values);
      }
    }
    for (const file of files.values()) {
      if (!file.inTransaction) continue;
      file.db.exec('COMMIT');
      file.inTransaction = false;
    }
  } catch (error) {
    for (const file of files.values()) undo(file);
    throw error;
  } finally {
    closeIdle();
  }
}

/** A full disk may have ended the transaction already. */
function undo(file: OpenFile): void {
  if (file.inTransaction && file.db.isTransaction) file.db.exec('ROLLBACK');
  file.inTransaction = false;
}

function opened(path: string, kind: FileKind): OpenFile {
  const known = files.get(path);
  if (known) {
    files.delete(path);
    files.set(path, known);
    return known;
  }
  const db = new DatabaseSync(path);
  db.exec(
    `PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY`,
  );
  if (mostPages !== undefined) db.exec(`PRAGMA max_page_count = ${mostPages}`);
  db.exec(SCHEMA[kind]);
  const file: OpenFile = { db, statements: new Map(), inTransaction: false };
  files.set(path, file);
  return file;
}

function prepared(file: OpenFile, name: WriteName): StatementSync {
  let statement = file.statements.get(name);
  if (statement === undefined) {
    statement = file.db.prepare(WRITES[name]);
    file.statements.set(name, statement);
  }
  return statement;
}

function closeIdle(): void {
  for (const path of files.keys()) {
    if (files.size <= MOST_OPEN_FILES) return;
    closeFile(path);
  }
}

function closeFile(path: string): void {
  files.get(path)?.db.close();
  files.delete(path);
}
