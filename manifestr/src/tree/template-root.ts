// The folder of templates: which files it has, and reading one by its name without ever leaving the folder.

import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { PyError } from '../python/py-error.ts';
import { TreeError } from './tree-error.ts';

export interface TemplateRoot {
  /** Real path of the folder. */
  readonly folder: string;
  /** Root-relative names of every `*.j2` below, sorted. */
  readonly names: readonly string[];
  /** Text of a root-relative name; `undefined` when there is no such file. Throws when the name leads outside. */
  read(name: string): string | undefined;
}

const SUFFIX = '.j2';

/** Throws TreeError when `folder` is no directory or a link in it leads outside. */
export function openTemplateRoot(folder: string): TemplateRoot {
  const real = realDirectory(folder);
  return { folder: real, names: [...walk(real, '', [real])].sort(), read: (name) => readTemplate(real, name) };
}

/** `a/b.yaml.j2` → `a/b.yaml`: one trailing `.j2` is dropped. */
export function outputName(name: string): string {
  return name.slice(0, -SUFFIX.length);
}

function realDirectory(folder: string): string {
  try {
    const real = realpathSync(folder);
    if (statSync(real).isDirectory()) return real;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new TreeError(`template root ${folder}: no such directory`);
    throw new TreeError(`template root ${folder}: cannot be read (${code ?? String(error)})`);
  }
  throw new TreeError(`template root ${folder}: not a directory`);
}

function* walk(root: string, below: string, above: readonly string[]): Generator<string> {
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    const link = entry.isSymbolicLink() ? linked(root, name) : undefined;
    const isDirectory = link?.isDirectory ?? entry.isDirectory();
    if (isDirectory) {
      const real = link?.real ?? join(root, name);
      if (!above.includes(real)) yield* walk(root, name, [...above, real]);
    } else if (entry.name.endsWith(SUFFIX) && (link?.isFile ?? entry.isFile())) yield name;
  }
}

function linked(root: string, name: string) {
  const real = realOf(join(root, name));
  if (real === undefined) {
    if (name.endsWith(SUFFIX)) throw new TreeError(`${name}: a link to nowhere`);
    return { real: '', isDirectory: false, isFile: false };
  }
  const stat = statSync(real);
  const isOfInterest = stat.isDirectory() || name.endsWith(SUFFIX);
  if (isOfInterest && !isInside(root, real))
    throw new TreeError(`${name}: a link that leads outside the template root`);
  return { real, isDirectory: stat.isDirectory(), isFile: stat.isFile() };
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** As Jinja's FileSystemLoader: empty and `.` steps are skipped, `..` is refused. */
function readTemplate(root: string, name: string): string | undefined {
  const steps = name.split('/').filter((step) => step !== '' && step !== '.');
  if (steps.includes('..') || name.includes('\0')) throw outside(name);
  const real = realOf(join(root, ...steps));
  if (real === undefined) return undefined;
  if (!isInside(root, real)) throw outside(name);
  if (!statSync(real).isFile()) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(real));
  } catch (error) {
    if (error instanceof TypeError) throw new TreeError(`${name}: not UTF-8 text`);
    throw new TreeError(`${name}: cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
}

function outside(name: string): PyError {
  return new PyError('TemplateNotFound', `template '${name}' leads outside the template root`, name);
}
