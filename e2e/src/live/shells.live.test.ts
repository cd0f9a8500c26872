// Completion in the shells themselves, of what `mosaic completion` prints.

import { execFileSync } from 'node:child_process';
import { installShells } from '@mosaic/dev';
import { beforeAll, expect, test } from 'vitest';
import { mosaic } from './secure/installation.ts';

beforeAll(() => installShells());

const printed = (shell: string, ...args: readonly string[]): string =>
  execFileSync(shell, args, { encoding: 'utf8' }).trim();

test('fish completes commands, flags and values', async () => {
  const script = await mosaic('completion', 'fish');
  const asked = (line: string): string =>
    printed('fish', '--no-config', '-c', `${script}\ncomplete -C ${JSON.stringify(line)}`);
  expect(asked('mosaic di')).toMatch(/^diff\t/);
  expect(asked('mosaic diff --fro')).toMatch(/^--from\t/);
  expect(asked('mosaic diff -o y')).toMatch(/^-?o?yaml/m);
});

test('zsh completes flags, values and files', async () => {
  const script = await mosaic('completion', 'zsh');
  const stubs = 'compdef() { :; }; compadd() { shift; print -r -- "$@"; }; _files() { print files; }'; // what a terminal would show
  const asked = (...line: readonly string[]): string =>
    printed('zsh', '-fc', `${stubs}\n${script}\nwords=(${line.join(' ')}); CURRENT=${line.length + 1}; _mosaic`);
  expect(asked('mosaic', 'diff', '-o')).toBe('table wide json yaml csv');
  expect(asked('mosaic', 'diff', '--from')).toBe('files');
  expect(asked('mosaic', 'diff')).toContain('--namespace');
});
