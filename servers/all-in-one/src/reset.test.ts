import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderInUse, lockFolder } from '@mosaic/store';
import { expect, test } from 'vitest';
import { reset } from './reset.ts';

function dataFolder(): string {
  const data = mkdtempSync(join(tmpdir(), 'mosaic-reset-'));
  for (const name of ['store', 'agents', 'mine']) mkdirSync(join(data, name));
  writeFileSync(join(data, 'store', 'objects'), 'x');
  return data;
}

test('only what Mosaic made is forgotten', () => {
  const data = dataFolder();
  reset(data);
  expect(readdirSync(data)).toEqual(['mine']);
});

test('what another process is writing is not forgotten under it', () => {
  const data = dataFolder();
  const lock = lockFolder(join(data, 'store'));
  expect(() => reset(data)).toThrow(FolderInUse);
  expect(readdirSync(data)).toEqual(['agents', 'mine', 'store']);
  lock.release();
});

test('a folder that is not there yet has nothing to forget', () => {
  expect(() => reset(join(tmpdir(), 'mosaic-never-there'))).not.toThrow();
});
