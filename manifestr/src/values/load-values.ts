// Finds and reads values files, merges them in order, and puts `--set` on top.

import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { typeName } from '../python/type-name.ts';
import { PyDict, type Value } from '../python/values.ts';
import { mergeDeep } from './merge.ts';
import { readPythonModule } from './python-module.ts';
import { setPath } from './set-path.ts';
import { ValuesError } from './values-error.ts';

export interface ValuesFile {
  readonly path: string;
  /** Read as a Python module whatever it is called. */
  readonly isPython?: boolean;
}

export interface SetOption {
  readonly path: string;
  readonly text: string;
  readonly isString: boolean;
}

const DEFAULTS = ['values.py', 'values.yaml', 'values.json'];

/** The first of the files that are looked for when none is named. Throws ValuesError when there is none. */
export function defaultValuesFile(folder: string): ValuesFile {
  const found = DEFAULTS.find((name) => existsSync(join(folder, name)));
  if (found === undefined) {
    throw new ValuesError(
      `no values file: none of ${DEFAULTS.map((name) => `./${name}`).join(', ')} is here; name one with --values PATH`,
    );
  }
  return { path: `./${found}` };
}

export async function loadValues(files: readonly ValuesFile[], sets: readonly SetOption[] = []): Promise<PyDict> {
  let values = new PyDict();
  for (const file of files) values = mergeDeep(values, await readValuesFile(file));
  for (const { path, text, isString } of sets) setPath(values, path, isString ? text : await readSetText(path, text));
  return values;
}

async function readSetText(path: string, text: string): Promise<Value> {
  if (text === '') return '';
  const { readYaml } = await import('./yaml-values.ts');
  return readYaml(`--set ${path}`, text);
}

/** One values file. Throws ValuesError when it is missing, broken, or no mapping. */
export async function readValuesFile({ path, isPython = false }: ValuesFile): Promise<PyDict> {
  const text = readText(path);
  const kind = extname(path).toLowerCase();
  const values = isPython || kind === '.py' ? readPythonModule(path, text) : await readYamlOrJson(path, text, kind);
  if (!(values instanceof PyDict)) throw new ValuesError(`${path}: the values are no mapping, but ${nameOf(values)}`);
  return values;
}

async function readYamlOrJson(path: string, text: string, kind: string): Promise<Value> {
  const { readJson, readYaml } = await import('./yaml-values.ts');
  return kind === '.json' ? readJson(path, text) : readYaml(path, text);
}

function nameOf(value: Value): string {
  return value === null ? 'empty' : `of type ${typeName(value)}`;
}

function readText(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new ValuesError(`${path}: no such values file`);
    if (code === 'EISDIR') throw new ValuesError(`${path}: a directory, not a values file`);
    if (error instanceof TypeError) throw new ValuesError(`${path}: not UTF-8 text`);
    throw new ValuesError(`${path}: cannot be read (${code ?? String(error)})`);
  }
}
