// Backup and restore of a data folder: whole, while it is written, damaged, interrupted, and of a later release.

import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeCompression } from '@mosaic/runtime';
import { afterAll, describe, expect, test } from 'vitest';
import { embeddedStore } from '../adapters/embedded.ts';
import { memoryStore } from '../adapters/memory.ts';
import { CONTRACT_NOW, HOUR, revision, uidOf } from '../contract/values.ts';
import type { Store } from '../port.ts';
import { backup, type Request, restore } from './entry.ts';
import { MANIFEST_NAME, manifestText, readManifest } from './manifest.ts';
import { answersOfFirst, answersOfLater, fillFirst, fillLater } from './testing/past.ts';

const root = mkdtempSync(join(tmpdir(), 'mosaic-backup-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;
const fresh = (name = ''): string => join(root, `${made++}${name}`);

const open = (folder: string) =>
  embeddedStore({ folder, compression: nodeCompression, now: () => CONTRACT_NOW, commitAfterMs: 0 });
const request = (folder: string, path: string, over: Partial<Request> = {}): Request => ({
  ...{ path, store: { kind: 'embedded', folder }, force: false, told: () => {} },
  ...over,
});

async function filledFolder(): Promise<{ folder: string; cluster: number; answers: unknown }> {
  const folder = fresh();
  const store = await open(folder);
  const cluster = await fillFirst(store);
  await fillLater(store, cluster);
  const answers = await answersOf(store, cluster);
  await store.close();
  return { folder, cluster, answers };
}
const answersOf = async (store: Store, cluster: number) => ({
  ...(await answersOfFirst(store, cluster)),
  ...(await answersOfLater(store, cluster)),
});
async function answersIn(folder: string, cluster: number): Promise<unknown> {
  const store = await open(folder);
  return answersOf(store, cluster).finally(() => store.close());
}

describe('a restored folder', () => {
  test.each(['', '.tar'])('answers every question as the one that was saved did (to a name with %j)', async (end) => {
    const { folder, cluster, answers } = await filledFolder();
    const path = fresh(end);
    const saved = await backup(request(folder, path));
    expect(saved.files).toBeGreaterThan(8);
    const other = fresh();
    expect(await restore(request(other, path))).toMatchObject({ store: 'embedded', files: saved.files });
    expect(await answersIn(other, cluster)).toEqual(answers);
    expect(await answersIn(folder, cluster)).toEqual(answers);
  });

  test('answers as a store in memory that was told the same', async () => {
    const memory = memoryStore({ compression: nodeCompression, now: () => CONTRACT_NOW });
    const cluster = await fillFirst(memory);
    await fillLater(memory, cluster);
    const { folder } = await filledFolder();
    const path = fresh('.tar');
    await backup(request(folder, path));
    const other = fresh();
    await restore(request(other, path));
    expect(await answersIn(other, cluster)).toEqual(await answersOf(memory, cluster));
  });

  test('belongs to its owner alone', async () => {
    const { folder } = await filledFolder();
    for (const path of [fresh('.tar'), fresh()]) {
      await backup(request(folder, path));
      expect(statSync(path).mode & 0o077).toBe(0);
    }
  });
});

test('a backup made while the product writes holds everything acknowledged before it began, and every revision in it is whole', async () => {
  const folder = fresh();
  const store = await open(folder);
  const { id } = await store.clusters.enrol({ name: 'busy', kind: 'kubernetes' });
  const begin = CONTRACT_NOW - HOUR;
  let rv = 0;
  const writeOne = async (): Promise<void> => {
    const n = ++rv;
    const json = JSON.stringify({ n, text: 'x'.repeat(2000) });
    await store.objects.write(id, [revision({ at: begin + n, rv: n, json })], begin);
  };
  while (rv < 200) await writeOne();
  let isOver = false;
  const writing = (async () => {
    while (!isOver) await writeOne();
  })();
  const before = rv - 1;
  const path = fresh('.tar');
  await backup(request(folder, path));
  isOver = true;
  await writing;
  await store.close();
  const other = fresh();
  await restore(request(other, path));
  const restored = await open(other);
  const span = { from: begin, to: CONTRACT_NOW };
  const { items } = await restored.objects.history(id, uidOf(1), span, { bodies: true, limit: 100_000 });
  const kept = items.map((item) => item.rv).reverse();
  expect(kept).toEqual(Array.from({ length: kept.length }, (_, n) => n + 1));
  expect(kept.length).toBeGreaterThanOrEqual(before);
  expect(items.every(({ rv: n, json }) => json?.startsWith(`{"n":${n},`))).toBe(true);
  await restored.close();
});

describe('what is refused, and leaves everything as it was', () => {
  const saved = async (end = '') => {
    const { folder, cluster, answers } = await filledFolder();
    const path = fresh(end);
    await backup(request(folder, path));
    return { path, folder, cluster, answers };
  };
  const flip = (path: string, at: number): void => {
    const bytes = readFileSync(path);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
  };

  test('a folder that a process keeps its data in', async () => {
    const { path, folder, cluster, answers } = await saved();
    const running = await open(folder);
    running.announce('http://127.0.0.1:9000');
    await expect(restore(request(folder, path, { force: true }))).rejects.toThrow('http://127.0.0.1:9000');
    await running.close();
    expect(await answersIn(folder, cluster)).toEqual(answers);
  });

  test('a folder with a store in it, unless it is forced', async () => {
    const { path, cluster, answers } = await saved();
    const other = await filledFolder();
    const store = await open(other.folder);
    await store.clusters.enrol({ name: 'another', kind: 'intake' });
    await store.close();
    await expect(restore(request(other.folder, path))).rejects.toThrow('--force replaces it');
    await restore(request(other.folder, path, { force: true }));
    expect(await answersIn(other.folder, cluster)).toEqual(answers);
    expect(existsSync(`${other.folder}.replaced`)).toBe(false);
  });

  test('a file with a bit that fell over, in a folder and in a tar', async () => {
    const inFolder = await saved();
    flip(join(inFolder.path, 'always.db'), 20_000);
    const other = fresh();
    await expect(restore(request(other, inFolder.path))).rejects.toThrow('always.db is damaged');
    const inTar = await saved('.tar');
    flip(inTar.path, 40_000);
    await expect(restore(request(other, inTar.path))).rejects.toThrow('is damaged');
    await expect(restore(request(other, inTar.path, { check: true }))).rejects.toThrow('is damaged');
    expect(existsSync(other)).toBe(false);
  });

  test('a tar that was cut short anywhere', async () => {
    const { path } = await saved('.tar');
    const whole = statSync(path).size;
    for (const share of [0.999, 0.9, 0.5, 0.1, 0.01]) {
      truncateSync(path, Math.floor(whole * share));
      await expect(restore(request(fresh(), path))).rejects.toMatchObject({ name: 'BackupRefused' });
    }
  });

  test('a file that is missing, or shorter', async () => {
    const { path } = await saved();
    truncateSync(join(path, 'always.db'), 4096);
    await expect(restore(request(fresh(), path))).rejects.toThrow('it was cut short');
    rmSync(join(path, 'always.db'));
    await expect(restore(request(fresh(), path))).rejects.toThrow('always.db is missing');
  });

  test('what is no backup', async () => {
    const folder = fresh();
    await (await open(folder)).close();
    await expect(restore(request(fresh(), folder))).rejects.toThrow(`it has no ${MANIFEST_NAME}`);
    const text = fresh('.tar');
    writeFileSync(text, 'hello'.repeat(1000));
    await expect(restore(request(fresh(), text))).rejects.toThrow('is no backup of Mosaic');
    writeFileSync(text, '');
    await expect(restore(request(fresh(), text))).rejects.toThrow('is no backup of Mosaic');
    await expect(restore(request(fresh(), fresh()))).rejects.toThrow('is not there');
  });

  test('a manifest that was changed, and one of a later release', async () => {
    const { path } = await saved();
    const file = join(path, MANIFEST_NAME);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"schema": 1', '"schema": 0'));
    await expect(restore(request(fresh(), path))).rejects.toThrow(`${MANIFEST_NAME} is damaged`);
    writeFileSync(file, manifestText({ ...readManifest(text, path), schema: 99 }));
    await expect(restore(request(fresh(), path))).rejects.toThrow('made by a newer Mosaic (format 99');
    writeFileSync(file, text.replace('"version": 1', '"version": 2'));
    await expect(restore(request(fresh(), path))).rejects.toThrow('made by a newer Mosaic (form 2');
  });

  test('a manifest that names a file outside', async () => {
    const { path } = await saved();
    const file = join(path, MANIFEST_NAME);
    const manifest = readManifest(readFileSync(file, 'utf8'), path);
    if (manifest.store !== 'embedded') throw new Error('it is of a folder');
    const outside = { name: '../../outside.db', bytes: 0, sha256: '' };
    writeFileSync(file, manifestText({ ...manifest, files: [...manifest.files, outside] }));
    await expect(restore(request(fresh(), path))).rejects.toThrow('which no backup of Mosaic has');
  });

  test('a folder without a store, and a place that is taken', async () => {
    await expect(backup(request(fresh(), fresh()))).rejects.toThrow('is --data right?');
    const { path, folder } = await saved('.tar');
    await expect(backup(request(folder, path))).rejects.toThrow('is there already');
    await expect(backup(request(folder, folder))).rejects.toThrow('is not empty');
    expect(readdirSync(root).filter((name) => name.includes('.part'))).toEqual([]);
  });
});

test('a restore that was interrupted goes on when it is run again', async () => {
  const { folder, cluster, answers } = await filledFolder();
  const path = fresh();
  await backup(request(folder, path));
  const other = fresh();
  const cut = request(other, path, {
    told: ({ doing }) => {
      if (doing === 'restored always.db') throw new Error('the power went');
    },
  });
  await expect(restore(cut)).rejects.toThrow('the power went');
  expect(existsSync(other)).toBe(false);
  expect(readdirSync(`${other}.restoring`)).toContain('always.db');
  writeFileSync(join(`${other}.restoring`, 'objects-2026-03-10.db'), 'half a fi');
  await restore(request(other, path));
  expect(await answersIn(other, cluster)).toEqual(answers);
  expect(existsSync(`${other}.restoring`)).toBe(false);
});

test('a backup that was interrupted leaves no backup, and is made anew', async () => {
  const { folder } = await filledFolder();
  for (const end of ['', '.tar']) {
    const path = fresh(end);
    const cut = request(folder, path, {
      told: ({ doing }) => {
        if (doing.startsWith('copied events')) throw new Error('the power went');
      },
    });
    await expect(backup(cut)).rejects.toThrow('the power went');
    expect(existsSync(path)).toBe(false);
    expect(await backup(request(folder, path))).toMatchObject({ store: 'embedded' });
  }
});

test('days that retention takes while a backup runs are left out of it', async () => {
  const { folder } = await filledFolder();
  const path = fresh();
  const old = 'events-2026-02-20.db';
  writeFileSync(join(folder, old), readFileSync(join(folder, 'events-2026-03-10.db')));
  const saved = await backup(
    request(folder, path, {
      told: ({ doing }) => void (doing.includes('always.db') && rmSync(join(folder, old), { force: true })),
    }),
  );
  expect(saved.notes).toEqual(['1 file ended with its retention meanwhile and is not in it']);
  expect(existsSync(join(path, old))).toBe(false);
});
