import { execFileSync } from 'node:child_process';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { completion, wordsOf } from './completion.ts';
import { diffCommand } from './questions/diff.ts';
import { topCommand } from './questions/top.ts';
import { reportCommand } from './report/report.ts';

const words = wordsOf(
  new Command('mosaic').addCommand(diffCommand()).addCommand(new Command('at').description("it's")),
);

test('a command is offered with its own flags', () => {
  expect(words.map(({ name }) => name)).toEqual(['diff', 'at']);
  expect(words[0]?.flags.map(({ long }) => long)).toEqual(expect.arrayContaining(['--from', '--to', '--namespace']));
});

test('bash completes commands, flags, and what may stand behind a flag', () => {
  const asked = (...line: readonly string[]): string => {
    const typed = line.map((word) => `'${word}'`).join(' ');
    const script = `${completion('bash', words)}\nCOMP_WORDS=(${typed}); COMP_CWORD=${line.length - 1}; _mosaic; echo "\${COMPREPLY[*]}"`;
    return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim();
  };
  expect(asked('mosaic', 'd')).toBe('diff');
  expect(asked('mosaic', 'diff', '--fr')).toBe('--from');
  expect(asked('mosaic', 'diff', '-o', 'y')).toBe('yaml');
  expect(asked('mosaic', 'diff', '--output', '')).toBe('table wide json yaml csv');
  expect(asked('mosaic', 'diff', '--from', '')).toBe('');
});

test('commands of a command and words to choose from are offered', () => {
  const more = wordsOf(new Command('mosaic').addCommand(reportCommand()).addCommand(topCommand()));
  expect(more[0]?.words).toEqual(['verify', 'key']);
  expect(more[0]?.flags.map(({ long }) => long)).toEqual(expect.arrayContaining(['--format', '--key', '--pem']));
  expect(more[1]?.words).toEqual(['pods', 'nodes']);
  expect(completion('bash', more)).toContain('"verify key ');
  expect(completion('fish', more)).toContain("__fish_seen_subcommand_from top' -f -a nodes");
});

test('zsh and fish get every command, quoted for them', () => {
  expect(completion('zsh', words)).toContain(`'at:it'\\''s'`);
  expect(completion('fish', words)).toContain(`-a at -d 'it'\\''s'`);
  expect(completion('fish', words)).toContain('__fish_seen_subcommand_from diff');
});
