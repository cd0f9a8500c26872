// The command as a user meets it: folders, questions, errors.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from './run.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'manifestr-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function put(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

async function manifestr(args: readonly string[], answer = '') {
  let out = '';
  let err = '';
  async function* stdin() {
    if (answer !== '') yield answer;
  }
  const status = await run(args, {
    cwd: folder,
    env: {},
    stdin: stdin(),
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { status, out, err };
}

const read = (name: string) => readFileSync(join(folder, name), 'utf8');

test('every .j2 below the root is rendered to the same path without one .j2, and nothing else is written', async () => {
  put({
    'values.py': "values = {'a': 1, 'b': {'c': 'x'}}\n",
    'templates/a.yaml.j2': 'a: {{ vars.a }}\n',
    'templates/deep/er/b.txt.j2': '{{ vars["b"][\'c\'] }}\n\n',
    'templates/c.j2.j2': 'c\n',
    'templates/ignored.yaml': '{{ broken',
  });
  expect((await manifestr([])).status).toBe(0);
  expect(readdirSync(join(folder, 'output'), { recursive: true }).sort()).toEqual([
    'a.yaml',
    'c.j2',
    'deep',
    'deep/er',
    'deep/er/b.txt',
  ]);
  expect(read('output/a.yaml')).toBe('a: 1');
  expect(read('output/deep/er/b.txt')).toBe('x\n');
  expect(readdirSync(folder).sort()).toEqual(['output', 'templates', 'values.py']);
});

test('several values files merge deeply, later wins, and --set comes last', async () => {
  put({
    'a.yaml': 'db: { host: a, port: 1, ratio: 1.50 }\nlist: [1, 2]\n',
    'b.json': '{"db": {"host": "b"}, "list": [3]}',
    'c.py': "values = {'db': {'user': 'u'}}",
    'templates/x.j2': '{{ vars }}',
  });
  const args = [
    '--values',
    'a.yaml',
    '--values',
    'b.json',
    '--values-dict',
    'c.py',
    '--set',
    'db.port=1e3',
    '--set-string',
    'db.name=01',
    '--set',
    'on=true',
    '-o',
    '-',
  ];
  expect(await manifestr(args)).toEqual({
    status: 0,
    err: '',
    out: "{'db': {'host': 'b', 'port': 1000.0, 'ratio': 1.5, 'user': 'u', 'name': '01'}, 'list': [3], 'on': True}",
  });
});

test('an output directory that exists is replaced after y or yes, kept after anything else', async () => {
  put({ 'values.yaml': 'a: 1', 'templates/x.j2': 'new', 'output/old': 'old' });
  expect(await manifestr([], 'no\n')).toMatchObject({ status: 0, out: 'overwrite ./output (y/n)?\naborting\n' });
  expect(await manifestr([], '\n')).toMatchObject({ status: 0, out: 'overwrite ./output (y/n)?\naborting\n' });
  expect(await manifestr([])).toMatchObject({ status: 1, err: expect.stringContaining('standard input ended') });
  expect(readdirSync(join(folder, 'output'))).toEqual(['old']);
  expect(await manifestr([], 'yes')).toMatchObject({ status: 0 });
  expect(readdirSync(join(folder, 'output'))).toEqual(['x']);
  put({ 'output/stray': '' });
  expect(await manifestr(['--overwrite'])).toMatchObject({ status: 0, out: '' });
  expect(readdirSync(join(folder, 'output'))).toEqual(['x']);
});

test('an error in one template leaves the old output untouched and names file, line, column and variable', async () => {
  put({
    'values.yaml': 'db: { host: x }',
    'templates/a.j2': 'new',
    'templates/sub/b.j2': 'one\ntwo {{ vars.dbs.host }}',
    'output/a': 'old',
  });
  const { status, err } = await manifestr(['--overwrite']);
  expect(status).toBe(1);
  expect(err).toContain("sub/b.j2:2:8: 'vars.dbs' is undefined");
  expect(err).toContain('2 | two {{ vars.dbs.host }}\n             ^');
  expect(err).toContain("did you mean 'db'?");
  expect(read('output/a')).toBe('old');
  expect(readdirSync(folder).sort()).toEqual(['output', 'templates', 'values.yaml']);
});

test('undefined prints nothing, and is an error with the nearest name under --strict', async () => {
  put({ 'values.yaml': 'replicas: 2', 'templates/x.j2': '[{{ vars.replcas }}{{ vars.replcas | default(3) }}]' });
  expect(await manifestr(['-o', '-'])).toMatchObject({ status: 0, out: '[3]' });
  expect(await manifestr(['-o', '-', '--strict'])).toMatchObject({
    status: 1,
    err: expect.stringContaining("did you mean 'replicas'?"),
  });
});

test('--strict reaches into map, and leaves default and tests alone', async () => {
  put({
    'values.yaml': 'l: [{ name: a }]',
    'templates/x.j2': "{{ vars.l | map(attribute='nme') | join }}{{ vars.x is defined }}",
  });
  expect(await manifestr(['-o', '-'])).toMatchObject({ status: 0, out: 'False' });
  expect(await manifestr(['-o', '-', '--strict'])).toMatchObject({
    status: 1,
    err: expect.stringContaining("did you mean 'name'?"),
  });
  put({
    'templates/x.j2':
      "{{ vars.l | map(attribute='nme', default='d') | join }}{{ vars.x | default(vars.l | selectattr('nme', 'defined') | list) }}",
  });
  expect(await manifestr(['-o', '-', '--strict'])).toMatchObject({ status: 0, out: 'd[]' });
});

test.each([
  ['a missing values file', {}, ['--values', 'none.yaml'], 'none.yaml: no such values file'],
  ['no default values file', {}, [], 'none of ./values.py, ./values.yaml, ./values.json'],
  ['a module without values', { 'v.py': '# nothing\n' }, ['--values', 'v.py'], 'no `values = { … }`'],
  ['values that are no mapping', { 'v.yaml': '- 1' }, ['--values', 'v.yaml'], 'no mapping'],
  ['python that is more than data', { 'v.py': 'import os\nvalues = {}' }, ['--values', 'v.py'], 'v.py:1:1'],
  ['a call in python', { 'v.py': "values = {\n  'a': f(),\n}" }, ['--values', 'v.py'], 'v.py:2:8'],
  ['a repeated key', { 'v.yaml': 'a: 1\na: 2' }, ['--values', 'v.yaml'], 'v.yaml:2:1'],
  ['a tab in YAML', { 'v.yaml': 'a:\n\tb: 1' }, ['--values', 'v.yaml'], 'v.yaml:2:'],
  ['an alias bomb', { 'v.yaml': bomb() }, ['--values', 'v.yaml'], 'alias'],
  ['a root that is a file', { 'values.yaml': 'a: 1', templates: '' }, [], 'not a directory'],
  ['a root that is not there', { 'values.yaml': 'a: 1' }, [], 'no such directory'],
  [
    'a glob that matches nothing',
    { 'values.yaml': 'a: 1', 'templates/a.j2': '' },
    ['--only', 'b*'],
    'no template matches b*',
  ],
])('%s is a clear error with exit 1', async (_, files, args, message) => {
  put(files);
  const { status, err } = await manifestr(args);
  expect(err).toContain(message);
  expect(status).toBe(1);
});

test('wrong usage shows the usage and exits 2', async () => {
  expect(await manifestr(['--bogus'])).toMatchObject({ status: 2, err: expect.stringContaining('usage: manifestr') });
  expect(await manifestr(['render'])).toMatchObject({ status: 2 });
  expect(await manifestr(['--set', 'x'])).toMatchObject({ status: 2 });
});

test('a directory that holds the templates, the values, the home or everything is never replaced', async () => {
  put({ 'values.yaml': 'a: 1', 'templates/x.j2': 'x', 'other/templates/y.j2': 'y' });
  for (const output of ['.', 'templates', homedir(), '/', dirname(homedir())]) {
    const { status, err } = await manifestr(['--overwrite', '--output-dir', output]);
    expect(err).toContain('will not be replaced');
    expect(status).toBe(1);
  }
  expect(read('templates/x.j2')).toBe('x');
});

test('include cannot leave the root, neither by .. nor by a link, and a linked template that does is an error', async () => {
  put({ 'values.yaml': 'a: 1', secret: 'secret', 'templates/x.j2': "{% include '../secret' %}" });
  expect(await manifestr([])).toMatchObject({
    status: 1,
    err: expect.stringContaining('leads outside the template root'),
  });
  symlinkSync('../secret', join(folder, 'templates/link'));
  put({ 'templates/x.j2': "{% include 'link' %}" });
  expect(await manifestr([])).toMatchObject({ status: 1, err: expect.stringContaining('leads outside') });
  put({ 'templates/x.j2': 'x' });
  symlinkSync('../secret', join(folder, 'templates/y.j2'));
  expect(await manifestr([])).toMatchObject({
    status: 1,
    err: expect.stringContaining('y.j2: a link that leads outside'),
  });
  expect(existsSync(join(folder, 'output'))).toBe(false);
});

test.each([
  ['{% for i in range(10 ** 12) %}{% endfor %}', 'loop for ever'],
  ['{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}', 'does this recursion end'],
  ["{% include 'x.j2' %}", 'does this recursion end'],
  ["{{ 'x' * 10 ** 12 }}", '64 MiB'],
  ['{% set l = [1] %}{% for x in l %}{% set _ = l.append(x) %}{% endfor %}', 'loop for ever'],
])('a template that does not end is stopped: %s', async (template, message) => {
  put({ 'values.yaml': 'a: 1', 'templates/x.j2': template });
  const { status, err } = await manifestr([]);
  expect(err).toContain(message);
  expect(status).toBe(1);
});

test('--diff shows what would change and writes nothing', async () => {
  put({
    'values.yaml': 'a: 1',
    'templates/x.j2': 'one\ntwo {{ vars.a }}\nthree\n\n',
    'output/x': 'one\ntwo\nthree\n',
    'output/gone': 'g\n',
  });
  expect(await manifestr(['--diff'])).toMatchObject({
    status: 0,
    out: '--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-g\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n one\n-two\n+two 1\n three\n',
  });
  expect(read('output/x')).toBe('one\ntwo\nthree\n');
});

test('--validate names unknown fields, wrong types and broken YAML with their place', async () => {
  put({
    'values.yaml': 'a: 1',
    'templates/x.yaml.j2':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x, label: {} }\ndata: { a: {{ vars.a }} }\n---\na: [\n',
  });
  const { status, err } = await manifestr(['--validate']);
  expect(status).toBe(1);
  expect(err).toContain("x.yaml:3:22: unknown field ConfigMap.metadata.label; did you mean 'labels'?");
  expect(err).toContain('x.yaml:4:12: ConfigMap.data.a must be text, not 1');
  expect(err).toMatch(/x\.yaml:6:\d+: /);
  put({ 'templates/x.yaml.j2': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n' });
  for (const version of ['1.31', 'v1.32', '1.33.1', '1.34']) {
    expect(await manifestr(['--validate', '--kubernetes-version', version, '-o', '-'])).toMatchObject({ status: 0 });
  }
  expect(await manifestr(['--validate', '--kubernetes-version', '1.2'])).toMatchObject({
    status: 1,
    err: expect.stringContaining('1.34'),
  });
});

test('init writes a start that renders and is valid, and never overwrites', async () => {
  expect((await manifestr(['init'])).status).toBe(0);
  expect((await manifestr(['--strict', '--validate'])).status).toBe(0);
  expect(await manifestr(['init'])).toMatchObject({ status: 1, err: expect.stringContaining('already here') });
});

function bomb(): string {
  const levels = Array.from(
    { length: 12 },
    (_, at) => `l${at + 1}: &l${at + 1} [${Array(10).fill(`*l${at}`).join(', ')}]`,
  );
  return ['l0: &l0 [x]', ...levels].join('\n');
}

test('an error of --strict is marked at the expression, not at the braces before it', async () => {
  put({ 'values.yaml': 'a: {b: 1}\n', 'templates/x.j2': 'a\nb: {{ vars.a.bb }}\n' });
  const { status, err } = await manifestr(['--strict', '-o', '-']);
  expect(status).toBe(1);
  expect(err).toContain("x.j2:2:7: 'vars.a.bb' is undefined");
});

test('where releases of Jinja2 3.1 and MarkupSafe differ, the latest is followed', async () => {
  put({
    'values.yaml': 'a: 1\n',
    'templates/x.j2': `{% set ns = namespace() %}{% set ns.c, ns.d = 1, 2 %}{{ ns.c }}{{ ns.d }} {{ ('"'|tojson).replace('"', "'") }}\n`,
  });
  // Jinja2 3.1.5 takes several values at once; MarkupSafe 3 escapes what replace() puts in, not what it looks for.
  expect((await manifestr(['-o', '-'])).out).toBe('12 &#39;\\&#39;&#39;');
});
