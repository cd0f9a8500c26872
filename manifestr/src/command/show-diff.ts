// `--diff`: what rendering would change, in the output folder or in a cluster.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RenderedFile } from '../tree/render-tree.ts';
import { TreeError } from '../tree/tree-error.ts';
import { unifiedDiff } from '../tree/unified-diff.ts';
import { joinDocuments } from './join-documents.ts';

/** Unified diff from the present folder to the rendered files; empty when they are the same. */
export function diffWithFolder(folder: string, files: readonly RenderedFile[]): string {
  const fresh = new Map(files.map(({ path, text }) => [path, text]));
  const present = existsSync(folder) && statSync(folder).isDirectory() ? filesIn(folder) : [];
  const paths = [...new Set([...present, ...fresh.keys()])].sort();
  return paths
    .map((path) =>
      unifiedDiff(path, present.includes(path) ? readFileSync(join(folder, path), 'utf8') : undefined, fresh.get(path)),
    )
    .join('');
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replace(/^\/+/, ''));
}

/** What the API server says would change (`kubectl diff`, server-side). Throws TreeError when it cannot be asked. */
export function diffWithCluster(context: string, files: readonly RenderedFile[]): string {
  const args = ['--context', context, 'diff', '-f', '-'];
  const { error, status, stdout, stderr } = spawnSync('kubectl', args, {
    input: joinDocuments(files),
    encoding: 'utf8',
  });
  if (error !== undefined) throw new TreeError(`--context ${context}: kubectl does not start (${error.message})`);
  // kubectl diff: 0 nothing differs, 1 something does, more is an error.
  if (status !== 0 && status !== 1) throw new TreeError(`--context ${context}: kubectl diff failed: ${stderr.trim()}`);
  return stdout;
}
