// What the first release left behind is read by this one, and several that start at once leave one store.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeCompression } from '@mosaic/runtime';
import { afterAll, expect, test } from 'vitest';
import { embeddedStore } from '../adapters/embedded.ts';
import { CONTRACT_NOW } from '../contract/values.ts';
import { restore } from './entry.ts';
import { asWritten, golden } from './testing/golden.ts';
import { opening } from './testing/opening.ts';
import { answersOfFirst, answersOfLater, fillLater } from './testing/past.ts';

const root = mkdtempSync(join(tmpdir(), 'mosaic-upgrades-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const first = golden('embedded');
const open = (folder: string) =>
  embeddedStore({ folder, compression: nodeCompression, now: () => CONTRACT_NOW, commitAfterMs: 0 });
const restored = async (name: string): Promise<string> => {
  const folder = join(root, name);
  await restore({ path: first.path, store: { kind: 'embedded', folder }, force: false, told: () => {} });
  return folder;
};

test('a data folder of the first release answers as it did, and takes what came since', async () => {
  const folder = await restored('answers');
  const store = await open(folder);
  expect(asWritten(await answersOfFirst(store, first.cluster))).toMatchObject(first.answers);
  await fillLater(store, first.cluster);
  await store.close();
  const again = await open(folder);
  expect(asWritten(await answersOfFirst(again, first.cluster))).toMatchObject(first.answers);
  expect(await answersOfLater(again, first.cluster)).toMatchObject({ auditIsWhole: true, found: [expect.any(String)] });
  await again.close();
});

test('of three processes that start on it at once one has it, and two say who', async () => {
  const folder = await restored('three');
  const said = await opening(folder, 3);
  expect(said.filter((word) => word === 'open')).toHaveLength(1);
  expect(said.filter((word) => word.startsWith('FolderInUse'))).toHaveLength(2);
  const store = await open(folder);
  expect(asWritten(await answersOfFirst(store, first.cluster))).toMatchObject(first.answers);
  await store.close();
});
