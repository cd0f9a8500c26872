// Where a backup lies: a folder, or one file (a tar). Both are made under another name and get theirs when they are whole.

import type { BackupFile, Manifest } from '../manifest.ts';

export interface BackupWriter {
  /** Where a file may be made before it is added, on the same disk. */
  scratch(name: string): string;
  /** Takes the file away. */
  addFile(name: string, path: string): Promise<BackupFile>;
  addBytes(name: string, bytes: Uint8Array): Promise<BackupFile>;
  /** From now on it is there under its name. */
  finish(manifest: Manifest): Promise<void>;
  /** Nothing remains. */
  abandon(): Promise<void>;
}

export interface BackupReader {
  readonly manifest: Manifest;
  /** Whole and unchanged. Throws `BackupRefused` otherwise. */
  bytes(file: BackupFile): Promise<Uint8Array>;
  /** The same into a file. */
  extract(file: BackupFile, to: string): Promise<void>;
  /** Reads it and keeps nothing. */
  check(file: BackupFile): Promise<void>;
  close(): Promise<void>;
}
