// The part that knows the databases: dist/backup.mjs, loaded when a backup is made or restored, so that no other command carries a driver.

import type { CassandraConnection } from '@mosaic/runtime';

/** As servers/store/src/backup/entry.ts has them; the command line imports no server. */
export interface Request {
  readonly path: string;
  readonly store:
    | { readonly kind: 'embedded'; readonly folder: string }
    | ({ readonly kind: 'cassandra' } & CassandraConnection);
  readonly force: boolean;
  readonly check?: boolean;
  readonly told: (progress: Progress) => void;
}
export interface Progress {
  readonly doing: string;
  readonly done: number;
  readonly of: number;
  readonly unit: 'bytes' | 'files' | 'rows';
}
export interface Outcome {
  readonly store: 'embedded' | 'cassandra';
  readonly files: number;
  readonly bytes: number;
  readonly rows?: number;
  readonly notes: readonly string[];
}
interface Entry {
  backup(request: Request): Promise<Outcome>;
  restore(request: Request): Promise<Outcome>;
}

/** Throws when it was not built. */
export const backupBundle = async (): Promise<Entry> =>
  (await import(new URL('./backup.mjs', import.meta.url).href)) as Entry; // one of our bundles: scripts/build.mjs
