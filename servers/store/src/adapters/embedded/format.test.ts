import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { nodeCompression } from '@mosaic/runtime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { embeddedStore } from '../embedded.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mosaic-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => embeddedStore({ folder, compression: nodeCompression });

test('what a newer release has written is left alone, and said', async () => {
  await (await open()).close();
  const file = new DatabaseSync(join(folder, 'always.db'));
  file.prepare("UPDATE mark SET value = '2' WHERE name = 'format'").run();
  file.close();
  await expect(open()).rejects.toThrow(/newer Mosaic \(format 2, known is 1\)/);
  await expect(open()).rejects.toThrow(/newer Mosaic/); // and nobody keeps its lock
});
