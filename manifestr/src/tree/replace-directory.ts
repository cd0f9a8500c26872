// Puts rendered files in place of a directory: written beside it first, then swapped in by rename.

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, parse, resolve, sep } from 'node:path';
import type { RenderedFile } from './render-tree.ts';
import { TreeError } from './tree-error.ts';

/** Throws TreeError when replacing `directory` would destroy `kept` paths, the home directory, or the root. */
export function refuseDangerous(
  directory: string,
  kept: readonly { readonly path: string; readonly what: string }[],
): void {
  const real = realOf(directory);
  const precious = [
    { path: parse(real).root, what: 'the root of the file system' },
    { path: homedir(), what: 'the home directory' },
    ...kept,
  ];
  for (const { path, what } of precious) {
    if (contains(real, realOf(path)))
      throw new TreeError(`output directory ${directory}: will not be replaced, it is or contains ${what}`);
  }
  if (existsSync(real) && !statSync(real).isDirectory())
    throw new TreeError(`output directory ${directory}: is a file`);
}

/** Nothing of the old content stays. When anything fails, the old content does. */
export function replaceDirectory(directory: string, files: readonly RenderedFile[]): void {
  const target = realOf(directory);
  const fresh = join(dirname(target), `.${basename(target)}.manifestr-${randomBytes(6).toString('hex')}`);
  try {
    mkdirSync(fresh, { recursive: true });
    writeFiles(fresh, files);
    swapIn(fresh, target);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new TreeError(`output directory ${directory}: cannot be written (${code ?? message})`);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function writeFiles(folder: string, files: readonly RenderedFile[]): void {
  const made = new Set<string>();
  for (const { path, text } of files) {
    const parent = dirname(join(folder, path));
    if (!made.has(parent)) mkdirSync(parent, { recursive: true });
    made.add(parent);
    writeFileSync(join(folder, path), text);
  }
}

function swapIn(fresh: string, target: string): void {
  if (!existsSync(target)) {
    renameSync(fresh, target);
    return;
  }
  const old = `${fresh}.old`;
  renameSync(target, old);
  try {
    renameSync(fresh, target);
  } catch (error) {
    renameSync(old, target);
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

/** Through links, as far as the path exists. */
function realOf(path: string): string {
  const whole = resolve(path);
  try {
    return realpathSync(whole);
  } catch {
    const parent = dirname(whole);
    return parent === whole ? whole : join(realOf(parent), basename(whole));
  }
}

function contains(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
