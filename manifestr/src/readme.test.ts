// The README says what the command says.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { HELP, USAGE } from './command/help.ts';
import { bundledVersions } from './validate/schemas.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('every option of --help stands in the README, and the bundled Kubernetes versions do', () => {
  const options = [...`${USAGE}\n${HELP}`.matchAll(/--[a-z][a-z-]+/g)].map(([option]) => option);
  expect(options.filter((option) => !readme.includes(option))).toEqual([]);
  expect(bundledVersions().filter((version) => !readme.includes(version))).toEqual([]);
});
