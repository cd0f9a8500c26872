// The two template folders of the product, rendered: which documents an install consists of, in the order of their files.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Json, type Manifest, textAt, valueAt } from '@mosaic/kat';
import {
  loadValues,
  mergeDeep,
  type RenderedFile,
  renderTree,
  TemplateError,
  TreeError,
  ValuesError,
} from '@mosaic/manifestr';
import { parseAllDocuments } from 'yaml';
import { UsageError } from '../exit.ts';
import { withConfigDigests } from './config-digest.ts';
import { plainOf, valuesOf } from './plain.ts';

export const TREES = ['servers', 'agents'] as const;
export type TreeName = (typeof TREES)[number];

/** What somebody wishes otherwise than the values of the tree have it. */
export interface Wishes {
  readonly files: readonly string[];
  /** `key.path=value` each, typed as in YAML. */
  readonly sets: readonly string[];
}

export interface Piece {
  /** `40-cluster-agent.yaml`: its number is its place. */
  readonly file: string;
  readonly object: Manifest;
}

export interface Rendered {
  readonly tree: TreeName;
  readonly files: readonly RenderedFile[];
  readonly pieces: readonly Piece[];
  /** All values. */
  readonly values: Json;
}

/** The values that differ from those of the tree. Throws `UsageError` naming file and line. */
export async function wishesOf({ files, sets }: Wishes): Promise<Json> {
  return explained(async () => {
    const options = sets.map((set) => {
      const at = set.indexOf('=');
      if (at < 1) throw new UsageError(`--set ${set}: expected key.path=value`);
      return { path: set.slice(0, at), text: set.slice(at + 1), isString: false };
    });
    return plainOf(
      await loadValues(
        files.map((path) => ({ path })),
        options,
      ),
    );
  });
}

/** The later one wins, key by key. */
export const merged = (before: Json, after: Json): Json => plainOf(mergeDeep(valuesOf(before), valuesOf(after)));

/** Throws `UsageError` naming file, line and variable. */
export async function render(tree: TreeName, wishes: Json): Promise<Rendered> {
  return explained(async () => {
    const folder = treeFolder(tree);
    const values = mergeDeep(await loadValues([{ path: join(folder, 'values.yaml') }]), valuesOf(wishes));
    const files = renderTree({ templateRoot: join(folder, 'templates'), values, strict: true });
    return { tree, files, pieces: withConfigDigests(files.flatMap(piecesOf)), values: plainOf(values) };
  });
}

function piecesOf({ path, text }: RenderedFile): readonly Piece[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [problem] = document.errors;
    if (problem) throw new UsageError(`${path}: what was rendered is no YAML: ${problem.message}`);
    const object = document.toJS({ maxAliasCount: 100 }) as Manifest | null; // a comment alone is null
    return object === null ? [] : [{ file: path, object }];
  });
}

async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isTheirs = error instanceof ValuesError || error instanceof TemplateError || error instanceof TreeError;
    throw isTheirs ? new UsageError(error.message, { cause: error }) : error;
  }
}

/** Beside the bundle, where the build copied it; in the repository otherwise. */
function treeFolder(tree: TreeName): string {
  const places = import.meta.url.endsWith('.ts') ? ['../../../manifests/'] : ['./manifests/', '../manifests/'];
  const paths = places.map((place) => fileURLToPath(new URL(place + tree, import.meta.url)));
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`the templates are not at ${paths.join(' or ')}; npm run build copies them`);
  return found;
}

/** A text of the values; empty when it is not there. */
export const valueText = (values: Json, ...path: readonly string[]): string => textAt(values, ...path) ?? '';

export const valueList = (values: Json, ...path: readonly string[]): readonly string[] => {
  const found = valueAt(values, ...path);
  return Array.isArray(found) ? found.map(String) : [];
};

/** Namespaces of a tree; the inventory is in the first. */
export function namespacesOf({ tree, values }: Pick<Rendered, 'tree' | 'values'>): readonly [string, ...string[]] {
  if (tree === 'servers') return [valueText(values, 'namespace')];
  return [valueText(values, 'namespaces', 'clusterAgent'), valueText(values, 'namespaces', 'nodeAgent')];
}
