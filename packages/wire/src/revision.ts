// One kept version of an object: the row of `object_rev`, made ready by the agent so that the receiver only files it.

import {
  blobs,
  type Columns,
  dictionary,
  integers,
  joined,
  json,
  maybeDictionary,
  maybeInteger,
  readColumns,
  writeColumns,
} from './columns.ts';

export type Op = 'add' | 'modify' | 'delete';

/**
 * How `body` is kept. Bodies are UTF-8 JSON of the cleaned object: redacted, without `metadata.resourceVersion` (it is `rv`).
 *  0 full, as is · 1 full, deflate-raw · 2 deflate-raw with the base revision's inflated body as preset dictionary · 3 none (delete)
 */
export type Encoding = 0 | 1 | 2 | 3;

export interface FieldDiff {
  /** Dotted, list items by their merge key where they have one: `spec.template.spec.containers[checkout].image`. */
  readonly path: string;
  readonly op: 'add' | 'remove' | 'replace';
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface Revision {
  readonly uid: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly name: string;
  readonly owner?: string;
  /** When the agent saw it (reconstructed: when it happened by the object's own word), epoch ms. */
  readonly at: number;
  readonly rv: number;
  readonly op: Op;
  readonly enc: Encoding;
  /** Enc 2: the full snapshot this was made against. Never a chain. */
  readonly baseAt?: number;
  readonly baseRv?: number;
  readonly body: Uint8Array;
  /** Length of the inflated body: decoding is bounded by it. */
  readonly inflated: number;
  /** What differs from the revision before, at most `MOST_DIFFS`, values cut at `MOST_DIFF_CHARS`. */
  readonly diff: readonly FieldDiff[];
  /** The field manager of the newest write among managedFields. */
  readonly actor?: string;
  /** Not watched, but proven by what an object says of its past. */
  readonly reconstructed?: string;
  /** Created, epoch ms: begins the life of the name. */
  readonly createdAt: number;
  /** Found missing by a relist: it went at some instant after this one (epoch ms). */
  readonly goneAfter?: number;
}

export const MOST_DIFFS = 20;
export const MOST_DIFF_CHARS = 300;

const columns: Columns<Revision> = {
  uid: joined,
  kind: dictionary,
  apiVersion: dictionary,
  namespace: dictionary,
  name: joined,
  owner: maybeDictionary,
  at: integers,
  rv: integers,
  op: dictionary as Columns<Revision>['op'], // only Op is ever written
  enc: integers as unknown as Columns<Revision>['enc'], // only Encoding is ever written; readers refuse others
  baseAt: maybeInteger,
  baseRv: maybeInteger,
  body: blobs,
  inflated: integers,
  diff: json<readonly FieldDiff[]>([]),
  actor: maybeDictionary,
  reconstructed: maybeDictionary,
  createdAt: integers,
  goneAfter: maybeInteger,
};

/** The rows section of an `objects` chunk. */
export const writeRevisions = (revisions: readonly Revision[]): Uint8Array => writeColumns(columns, revisions);

/** Throws `Malformed`. */
export const readRevisions = (bytes: Uint8Array): Revision[] => readColumns(columns, bytes);
