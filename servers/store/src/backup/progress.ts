// How far a backup or a restore is, told while it runs, and what it came to.

export interface Progress {
  /** What is being done to what: `copied logs-2026-11-20.db`. */
  readonly doing: string;
  readonly done: number;
  readonly of: number;
  readonly unit: 'bytes' | 'files' | 'rows';
}
export type Told = (progress: Progress) => void;

export interface Outcome {
  readonly store: 'embedded' | 'cassandra';
  readonly files: number;
  readonly bytes: number;
  /** Cassandra only. */
  readonly rows?: number;
  /** What is worth a sentence at the end. */
  readonly notes: readonly string[];
}
