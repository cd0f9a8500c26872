// A grammar of values and expressions, rendered by us and, where there is one, by a living Jinja2; bounded in time.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { dumpJson } from './filters/json.ts';
import { PyError } from './python/py-error.ts';
import { renderer } from './runtime/renderer.ts';
import { TemplateError } from './template/template-error.ts';
import { type Dice, dice, someTemplate, someValue } from './testing/grammar.ts';
import { readJson } from './values/yaml-values.ts';

const SCRIPT = fileURLToPath(new URL('../scripts/expected.py', import.meta.url));
const CASES = 1500;
const LONGEST_MS = 4_000;
const hasJinja =
  spawnSync('python3', ['-c', 'import jinja2, yaml; assert jinja2.__version__.startswith("3.1.")']).status === 0;

interface Case {
  readonly template: string;
  readonly values: string;
}

function someCase(roll: Dice): Case {
  const names = ['a', 'b', 'c', 'd'];
  return {
    values: `{${names.map((name) => `"${name}": ${someValue(roll, 3)}`).join(', ')}}`,
    template: someTemplate(roll),
  };
}

/** The text, or that it failed. Anything but an error of the template is a fault of ours and is thrown. */
function rendered({ template, values }: Case): string | undefined {
  const { render } = renderer((name) => (name === 'main' ? template : undefined));
  try {
    return render('main', new Map([['vars', readJson('values', values)]]));
  } catch (error) {
    if (error instanceof TemplateError || error instanceof PyError) return undefined;
    throw error;
  }
}

// The same cases every time; FUZZ_SEED=N rolls others.
const seed = Number(process.env.FUZZ_SEED ?? 1);

test(`random templates over random values end in text or a placed error, the same as Jinja2 (FUZZ_SEED=${seed})`, () => {
  const roll = dice(seed);
  const began = Date.now();
  const cases: Case[] = [];
  const ours: (string | undefined)[] = [];
  while (cases.length < CASES && Date.now() - began < LONGEST_MS) {
    const next = someCase(roll);
    cases.push(next);
    ours.push(rendered(next));
  }
  expect(ours.filter((text) => text !== undefined).length).toBeGreaterThan(cases.length / 5);
  if (!hasJinja) return;
  const theirs = jinja(cases);
  const differing = cases.flatMap(({ template, values }, at) => {
    const text = theirs[at]?.text;
    // Addresses of objects differ with every run of Python.
    if (text === ours[at] || / at 0x/.test(text ?? '')) return [];
    return [{ template, values, jinja: text ?? theirs[at]?.error, ours: ours[at] }];
  });
  expect(differing.slice(0, 12)).toEqual([]);
}, 90_000);

function jinja(cases: readonly Case[]): readonly { readonly text?: string; readonly error?: string }[] {
  const input = `[${cases.map(({ template, values }) => `{"templates": {"main": ${JSON.stringify(template)}}, "values": ${values}}`).join(',')}]`;
  const { stdout, stderr } = spawnSync('python3', [SCRIPT, '--stdin'], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 60_000,
  });
  if (stdout === '') throw new Error(stderr || 'python said nothing');
  return JSON.parse(stdout);
}

test('a value printed as JSON and read again is printed the same', () => {
  const roll = dice(seed);
  for (let round = 0; round < 500; round++) {
    const style = { indent: undefined, sortKeys: false, ascii: true };
    const once = dumpJson(readJson('values', someValue(roll, 4)), style);
    expect(dumpJson(readJson('values', once), style)).toBe(once);
  }
});
