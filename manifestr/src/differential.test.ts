// Against real Jinja2: the committed output of a corpus always, and a living python3 where there is one.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { PyDict } from './python/values.ts';
import { renderer } from './runtime/renderer.ts';
import { TemplateError } from './template/template-error.ts';
import { openTemplateRoot, outputName } from './tree/template-root.ts';
import { readValuesFile } from './values/load-values.ts';

const TREES = fileURLToPath(new URL('../fixtures/trees/', import.meta.url));
const SCRIPT = fileURLToPath(new URL('../scripts/expected.py', import.meta.url));

const trees = readdirSync(TREES);

describe.each(trees)('the tree %s', (tree) => {
  const folder = join(TREES, tree);
  const root = openTemplateRoot(join(folder, 'templates'));
  const failures = readFailures(folder);

  test.each(root.names)('%s is rendered byte for byte as Jinja2 does', async (name) => {
    // Read anew for each template: some change lists in place.
    const values = await valuesOf(folder);
    const render = () => renderer(root.read).render(name, new Map([['vars', values]]));
    const failure = failures[name];
    if (failure === undefined) {
      expect(render()).toBe(readFileSync(join(folder, 'expected', outputName(name)), 'utf8'));
      return;
    }
    expect(placeOf(render), `Jinja2 says: ${failure.error}`).toEqual({
      template: name,
      // Jinja does not know the line of what fails when the parts are joined.
      line: failure.line ?? expect.any(Number),
    });
  });
});

test('the corpus has at least two hundred templates, and every expected file belongs to one', () => {
  const names = trees.flatMap((tree) =>
    openTemplateRoot(join(TREES, tree, 'templates')).names.map((name) => `${tree}/${outputName(name)}`),
  );
  const expected = trees.flatMap((tree) => filesIn(join(TREES, tree, 'expected')).map((path) => `${tree}/${path}`));
  expect(names.length).toBeGreaterThanOrEqual(200);
  expect(expected.filter((path) => !names.includes(path) && !path.endsWith('failures.json'))).toEqual([]);
});

const hasJinja =
  spawnSync('python3', ['-c', 'import jinja2, yaml; assert jinja2.__version__.startswith("3.1.")']).status === 0;

test.runIf(hasJinja)('the committed output is what Jinja2 on this machine gives', () => {
  const { stdout, status } = spawnSync('python3', [SCRIPT, '--check'], { encoding: 'utf8' });
  expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
});
if (!hasJinja)
  process.stderr.write('manifestr: no python3 with jinja2 here; compared with the committed output of Jinja2 only\n');

async function valuesOf(folder: string): Promise<PyDict> {
  const path = ['values.py', 'values.json'].map((name) => join(folder, name)).find(existsSync);
  if (path === undefined) throw new Error(`${folder} has no values`);
  return readValuesFile({ path });
}

function readFailures(
  folder: string,
): Readonly<Record<string, { readonly line: number | null; readonly error: string }>> {
  const path = join(folder, 'expected', 'failures.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}

function placeOf(render: () => string): unknown {
  try {
    return render();
  } catch (error) {
    return error instanceof TemplateError ? { template: error.template, line: error.line } : error;
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
