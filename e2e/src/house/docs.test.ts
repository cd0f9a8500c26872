// What our pages say is true: links lead somewhere, commands and flags exist, and every command is run by something that is named above it.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { type Block, blocksOf, commandsOf, pages, PAGES_ROOT as root } from '../docs/blocks.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const tracked = execFileSync('git', ['ls-files', '-z', '--', '*.md'], { cwd: root, encoding: 'utf8' }).split('\0');
const markdown = tracked.filter((path) => path !== '' && existsSync(join(root, path)));
const blocks = pages().flatMap(blocksOf);
const place = ({ page, line }: Block): string => `${page}:${line}`;
/** A command of ours, in a fence or in a line. */
const OURS = /npx (?:--no-install )?mosaic ([a-z]+)([^|&;>`\n]*)/g;

test('there are pages, and commands on them', () => {
  expect(pages()).toEqual(expect.arrayContaining(['README.md', 'docs/install.md', 'docs/operate.md', 'docs/faq.md']));
  expect(blocks.length).toBeGreaterThan(30);
});

test('every command says where it is run, or why it is not', () => {
  const silent = blocks.filter(({ runs, proven, unrun }) => runs.length + proven.length === 0 && unrun === undefined);
  expect(silent.map(place)).toEqual([]);
});

test('only programs of others are not run', () => {
  const programs = blocks
    .filter(({ unrun }) => unrun !== undefined)
    .flatMap(commandsOf)
    .map((line) => line.split(' ')[0]);
  expect([...new Set(programs)].sort()).toEqual(['cqlsh', 'kafka-consumer-groups.sh', 'nodetool']);
});

test('a test that is said to run a command is there and says its essential words', () => {
  const wrong = blocks.flatMap((block) =>
    block.proven.flatMap(({ by, words }) => {
      if (!existsSync(join(root, by))) return [`${place(block)}: ${by} is not there`];
      const text = read(by);
      return words.filter((word) => !text.includes(word)).map((word) => `${place(block)}: ${by} does not say ${word}`);
    }),
  );
  expect(wrong).toEqual([]);
});

test('of what is run elsewhere every line is meant by a word', () => {
  const wrong = blocks
    .filter(({ runs, unrun }) => runs.length === 0 && unrun === undefined)
    .flatMap((block) => {
      const words = block.proven.flatMap((one) => one.words);
      const unmeant = commandsOf(block).filter((line) => !words.some((word) => line.includes(word)));
      return unmeant.map((line) => `${place(block)}: ${line}`);
    });
  expect(wrong).toEqual([]);
});

test('every link between our pages leads to a file and a heading', () => {
  const wrong = markdown.flatMap((page) =>
    linksOf(page).flatMap((link) => {
      const [file = '', heading] = link.split('#');
      const target = file === '' ? page : join(dirname(page), file);
      if (!existsSync(join(root, target))) return [`${page}: ${link}`];
      return heading === undefined || headingsOf(target).includes(heading)
        ? []
        : [`${page}: ${link} has no such heading`];
    }),
  );
  expect(wrong).toEqual([]);
});

test('every page of docs/ is found from the README', () => {
  const linked = linksOf('README.md').map((link) => link.split('#')[0]);
  expect(pages().filter((page) => page !== 'README.md' && !linked.includes(page))).toEqual([]);
});

test('every workspace’s page is found from the README', () => {
  const workspaces = markdown.filter((path) =>
    /^((packages|agents|servers)\/[^/]+|ui|cli|manifestr|playground|dev|bench|e2e)\/README\.md$/.test(path),
  );
  const linked = linksOf('README.md').map((link) => link.split('#')[0]);
  expect(workspaces.length).toBeGreaterThan(15);
  expect(workspaces.filter((path) => !linked.includes(path))).toEqual([]);
});

test('commands and flags that pages name are those of mosaic', () => {
  const known = flagsOf();
  const wrong = pages().flatMap((page) =>
    [...read(page).matchAll(OURS)].flatMap(([whole, command = '', rest = '']) => {
      const flags = known.get(command);
      if (flags === undefined) return [`${page}: ${whole.trim()}: no such command`];
      const named = command === 'at' ? [] : [...rest.matchAll(/(?:^| )(--[a-z-]+)/g)].map(([, flag = '']) => flag);
      return named.filter((flag) => !flags.includes(flag)).map((flag) => `${page}: ${whole.trim()}: no ${flag}`);
    }),
  );
  expect(known.size).toBeGreaterThan(20);
  expect(wrong).toEqual([]);
});

test('npm scripts and benches that pages name are there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> }; // ours
  const named = pages().flatMap((page) =>
    [...read(page).matchAll(/npm (?:run (?:-s )?)?([a-z][a-z:]*)/g)].map(([, name = '']) => name),
  );
  const builtIn = ['install', 'ci', 'exec'];
  expect([...new Set(named)].filter((name) => !(name in scripts) && !builtIn.includes(name))).toEqual([]);
  const benches = pages().flatMap((page) =>
    [...read(page).matchAll(/npm run bench -- ([a-z-]+)/g)].map(([, name = '']) => name),
  );
  expect(benches.length).toBeGreaterThan(0);
  expect(benches.filter((name) => !read('bench/src/main.ts').includes(name))).toEqual([]);
});

/** Each command with what may stand behind it: what `mosaic completion bash` knows. From the sources, so that it is this commit's. */
function flagsOf(): ReadonlyMap<string, readonly string[]> {
  const entry = [join(root, 'cli/src/main.ts'), 'completion', 'bash'];
  const said = execFileSync(
    process.execPath,
    ['-C', '@mosaic/source', '--disable-warning=ExperimentalWarning', ...entry],
    {
      encoding: 'utf8',
    },
  );
  const known = [...said.matchAll(/^ +([a-z]+)\) COMPREPLY=.*-W "([^"]*)"/gm)];
  return new Map(known.map(([, name = '', words = '']) => [name, words.split(' ')]));
}

function linksOf(page: string): readonly string[] {
  const text = read(page)
    .replaceAll(/```.*?```/gs, '')
    .replaceAll(/`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link).filter((link) => !/^[a-z]+:/.test(link));
}

/** As GitHub names them: lower case, no punctuation, spaces as dashes. */
const headingsOf = (page: string): readonly string[] =>
  [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
