// What the build leaves out of Kubernetes' client library, nobody may ask of it.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../live/processes.ts';

test('what is used of Kubernetes’ client library is in the bundles', () => {
  const sources = globSync('packages/kat/src/sources/live/*.ts', { cwd: ROOT }).map((path) =>
    readFileSync(join(ROOT, path), 'utf8'),
  );
  const names = sources.flatMap((text) =>
    [...text.matchAll(/const \{ (\w+) \} = await import\('@kubernetes\/client-node'\)/g)].map(([, name]) => name),
  );
  expect(new Set(names)).toEqual(new Set(['KubeConfig', 'Exec']));
  const parts = globSync('dist/part-*.mjs', { cwd: ROOT }).map((path) => readFileSync(join(ROOT, path), 'utf8'));
  for (const name of names)
    expect(parts.filter((text) => new RegExp(`export \\{[^}]*\\b${name}\\b[^}]*\\}`).test(text)).length, name).toBe(1);
});
