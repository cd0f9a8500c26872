// Credentials in a folder: one folder per Secret, files 0600 in folders 0700, each Secret replaced as a whole.

import { randomBytes } from 'node:crypto';
import { type Dirent, readdirSync } from 'node:fs';
import { chown, lstat, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from '../exit.ts';
import type { Place } from './catalogue.ts';
import { lockFolder } from './folder-lock.ts';
import type { Files, Home, Kept, Writing } from './home.ts';

const OTHERS = 0o077;
const AGENT = /^agent-(\d+)$/;

export interface FolderOptions {
  /** Give files to the users of their containers; needs root. */
  readonly chown?: boolean;
  /** Make it when it is not there. */
  readonly make: boolean;
}

/** Throws `UsageError` when others may look in, or somebody else is at work there. */
export async function folderHome(path: string, options: FolderOptions): Promise<Home> {
  const root = resolve(path);
  await prepare(root, path, options);
  const unlock = await lockFolder(join(root, '.lock'));
  const folderOf = ({ realm, secret }: Place) => join(root, realm, secret);

  async function put(place: Place, files: Files, { user }: Writing): Promise<void> {
    const folder = folderOf(place);
    await ownFolder(dirname(folder), root);
    const made = join(dirname(folder), `.${basename(folder)}.${randomBytes(4).toString('hex')}.new`);
    const owner = options.chown ? user : undefined;
    await writeFolder(made, files, owner);
    const before = `${folder}.old`;
    await rename(folder, before).catch(unlessMissing);
    await rename(made, folder);
    await rm(before, { recursive: true, force: true });
  }

  return {
    where: `folder ${path}`,
    flags: `--dir ${path}`,
    realm: '',
    realmsOf: (cluster) => [`agent-${cluster}`],
    async read(place) {
      const folder = folderOf(place);
      await mend(folder);
      return readFolder(folder);
    },
    async create(place, files, writing) {
      await put(place, files, writing);
      return true; // nobody else is at work here: there is the lock
    },
    async replace(place, files, writing, read) {
      const now = await readFolder(folderOf(place));
      if (now?.version !== read.version) throw new Error(`${folderOf(place)} was changed meanwhile; run it again`);
      await put(place, files, writing);
    },
    async agents() {
      const names = readdirSync(root).map((name) => AGENT.exec(name)?.[1]);
      return names.flatMap((id) => (id === undefined ? [] : [Number(id)])).sort((a, b) => a - b);
    },
    close: unlock,
  };
}

/** A run that was interrupted between its two renames: what was there before is there again. What it had begun to write goes. */
async function mend(folder: string): Promise<void> {
  const before = `${folder}.old`;
  if (!(await isThere(folder))) await rename(before, folder).catch(unlessMissing);
  else await rm(before, { recursive: true, force: true });
  const beside = await readdir(dirname(folder)).catch((): string[] => []);
  const begun = beside.filter((name) => name.startsWith(`.${basename(folder)}.`) && name.endsWith('.new'));
  for (const name of begun) await rm(join(dirname(folder), name), { recursive: true, force: true });
}

async function prepare(root: string, path: string, { make }: FolderOptions): Promise<void> {
  if (!(await isThere(root))) {
    if (!make) throw new UsageError(`--dir ${path}: no such folder; mosaic init --dir ${path} makes it`);
    await mkdir(root, { recursive: true, mode: 0o700 });
  }
  const found = await stat(root);
  if (!found.isDirectory()) throw new UsageError(`--dir ${path}: expected a folder`);
  const mode = found.mode & 0o777;
  if ((mode & OTHERS) !== 0)
    throw new UsageError(
      `--dir ${path} is open to others (mode ${mode.toString(8)}): chmod 700 ${path}, or name another folder`,
    );
  for (let above = dirname(root); ; above = dirname(above)) {
    const { mode: its } = await stat(above);
    const anybodyMayMoveIt = (its & 0o022) !== 0 && (its & 0o1000) === 0; // without the sticky bit, others may put another in its place
    if (anybodyMayMoveIt)
      throw new UsageError(
        `--dir ${path}: others may write to ${above} (mode ${(its & 0o7777).toString(8)}); name another folder`,
      );
    if (above === dirname(above)) return;
  }
}

async function ownFolder(folder: string, root: string): Promise<void> {
  if (folder === root) return;
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

async function writeFolder(folder: string, files: Files, owner: number | undefined): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  for (const [name, text] of Object.entries(files)) {
    const file = await open(join(folder, name), 'wx', 0o600);
    try {
      const { mode } = await file.stat();
      if ((mode & OTHERS) !== 0)
        throw new UsageError(`${folder} keeps no file modes: others could read it; name another folder`);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    if (owner !== undefined) await chown(join(folder, name), owner, owner);
  }
  if (owner !== undefined) await chown(folder, owner, owner);
}

async function readFolder(folder: string): Promise<Kept | undefined> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const files: Record<string, string> = {};
  let madeAt = 0;
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(folder, entry.name);
    files[entry.name] = await readFile(path, 'utf8');
    madeAt = Math.max(madeAt, (await stat(path)).mtimeMs);
  }
  const { ino } = await stat(folder);
  return { files, madeAt, version: String(ino) };
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
