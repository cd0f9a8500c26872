// Renders every template of a folder in memory.

import { matchesGlob } from 'node:path';
import { PyDict } from '../python/values.ts';
import { renderer } from '../runtime/renderer.ts';
import { openTemplateRoot, outputName } from './template-root.ts';
import { TreeError } from './tree-error.ts';

export interface RenderedFile {
  /** Relative to the output folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface RenderTreeOptions {
  readonly templateRoot: string;
  /** What templates see as `vars`. */
  readonly values: PyDict;
  readonly strict?: boolean;
  /** Renders only templates whose name, with or without `.j2`, matches; a pattern without `/` matches file names. */
  readonly only?: readonly string[];
}

/** All or nothing. Throws TemplateError, TreeError. */
export function renderTree({
  templateRoot,
  values,
  strict = false,
  only = [],
}: RenderTreeOptions): readonly RenderedFile[] {
  const root = openTemplateRoot(templateRoot);
  const names = root.names.filter((name) => only.length === 0 || only.some((glob) => isWanted(name, glob)));
  if (names.length === 0 && only.length > 0) throw new TreeError(`no template matches ${only.join(', ')}`);
  const { render } = renderer(root.read, { strict });
  const files = names.map((name) => ({ path: outputName(name), text: render(name, new Map([['vars', values]])) }));
  refuseCollisions(files);
  return files;
}

function isWanted(name: string, glob: string): boolean {
  const names = [name, outputName(name)];
  const subjects = glob.includes('/') ? names : names.map((path) => path.slice(path.lastIndexOf('/') + 1));
  return subjects.some((subject) => matchesGlob(subject, glob.replace(/^\.\//, '')));
}

function refuseCollisions(files: readonly RenderedFile[]): void {
  const paths = new Set(files.map(({ path }) => path));
  for (const { path } of files) {
    if (path === '' || path.endsWith('/')) throw new TreeError(`${path}.j2: nothing is left of the name without .j2`);
    const steps = path.split('/');
    for (let count = 1; count < steps.length; count++) {
      const folder = steps.slice(0, count).join('/');
      if (paths.has(folder)) throw new TreeError(`${folder}.j2 and ${folder}/ would both become ${folder}`);
    }
  }
}
