// What a backup says of itself: its files with sizes and SHA-256, the store and the schema it was made from.

import { createHash } from 'node:crypto';

export const MANIFEST_NAME = 'mosaic-backup.json';
const FORMAT = 'mosaic-backup';
/** Of the backup's own form. */
const VERSION = 1;

/** It cannot be made, or what was given cannot be restored; the message says what to do. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

export interface BackupFile {
  /** `always.db`, `log_chunk/000001.jsonl.zst`. */
  readonly name: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Rows of one table. */
export interface RowsFile extends BackupFile {
  readonly table: string;
  readonly rows: number;
  /** When they were read, epoch ms: what was left of their lifetime was left then. */
  readonly readAt: number;
}

interface Shared {
  readonly madeAt: string;
  /** Embedded: the folder's format; Cassandra: the newest migration. */
  readonly schema: number;
}
export interface EmbeddedManifest extends Shared {
  readonly store: 'embedded';
  readonly files: readonly BackupFile[];
}
export interface CassandraManifest extends Shared {
  readonly store: 'cassandra';
  readonly files: readonly RowsFile[];
  readonly migrations: readonly number[];
  readonly tables: readonly TableShape[];
  /** Seconds that the longest living row had left when it was read. */
  readonly longestTtl: number;
}
export type Manifest = EmbeddedManifest | CassandraManifest;

export interface TableShape {
  readonly name: string;
  /** Rows end by themselves. */
  readonly hasLifetime: boolean;
  readonly columns: readonly ColumnShape[];
}
export interface ColumnShape {
  readonly name: string;
  /** As Cassandra writes it: `frozen<list<text>>`. */
  readonly type: string;
  readonly kind: 'partition_key' | 'clustering' | 'static' | 'regular';
}

const digestOf = (manifest: unknown): string => createHash('sha256').update(JSON.stringify(manifest)).digest('hex');

/** Names this very backup. */
export const backupId = (manifest: Manifest): string => digestOf(manifest).slice(0, 16);

export const manifestText = (manifest: Manifest): string =>
  `${JSON.stringify({ format: FORMAT, version: VERSION, digest: digestOf(manifest), manifest }, undefined, 1)}\n`;

/** Throws `BackupRefused` when it is foreign, damaged or of a later form. */
export function readManifest(text: string, where: string): Manifest {
  const { format, version, digest, manifest } = parsed(text, where);
  if (format !== FORMAT) throw new BackupRefused(`${where} is no backup of Mosaic`);
  if (typeof version !== 'number' || version > VERSION)
    throw new BackupRefused(
      `${where} was made by a newer Mosaic (form ${version}, known is ${VERSION}); restore it with that one`,
    );
  if (digest !== digestOf(manifest))
    throw new BackupRefused(`${where}: ${MANIFEST_NAME} is damaged; use another backup`);
  const sound = manifest as Manifest; // its digest says that it is what we wrote
  const odd = sound.files.find(({ name }) => !/^\w[\w.-]*(\/\w[\w.-]*)?$/.test(name));
  if (odd) throw new BackupRefused(`${where} names a file ${JSON.stringify(odd.name)}, which no backup of Mosaic has`);
  return sound;
}

function parsed(text: string, where: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // Said below.
  }
  throw new BackupRefused(`${where}: ${MANIFEST_NAME} is damaged; use another backup`);
}
