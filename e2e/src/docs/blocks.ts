// The commands of our pages: each fenced `sh` block with the comment above it that says where it is run. Nothing is run that says nothing, and a test
// of the house fails on it.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const PAGES_ROOT = join(import.meta.dirname, '../../..');

/** What a block needs around it: `folder` a checkout alone, `playground` the product, `people` one with an administrator, `cluster` a real API server. */
export const WORLDS = ['folder', 'playground', 'people', 'cluster'] as const;
export type World = (typeof WORLDS)[number];

/** `<!-- runs: WORLD -->`, `<!-- runs: WORLD, ends CODE|CODE -->`, `<!-- runs: WORLD, until TEXT -->`: this very text is run, to its end or until it prints that. */
export interface Runs {
  readonly world: World;
  /** Exit codes that will do. */
  readonly ends: readonly number[];
  readonly until?: string;
}

/** `<!-- proven: FILE: word, word -->`: that test does what the lines with these words say. */
export interface Proven {
  readonly by: string;
  readonly words: readonly string[];
}

export interface Block {
  readonly page: string;
  readonly line: number;
  readonly text: string;
  readonly runs: readonly Runs[];
  readonly proven: readonly Proven[];
  /** `<!-- not run: WHY -->`: a program of others that is not there where tests run. */
  readonly unrun?: string;
}

const FENCE = /((?:<!--(?:(?!-->).)*-->\n+)*)```(?:sh|bash|shell|console)\n(.*?)\n```/gs;
const RUNS = /<!-- runs: (\w+)(?:, ends ([\d|]+))?(?:, until (.+?))? -->/g;
const UNRUN = /<!-- not run: (.+?) -->/;
const PROVEN = /<!-- proven: ([^:\s]+): (.+?) -->/g;

export const pages = (): readonly string[] =>
  ['README.md', 'manifests/README.md', ...globSync('docs/*.md', { cwd: PAGES_ROOT })].sort();

export function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(join(PAGES_ROOT, page), 'utf8');
  return [...text.matchAll(FENCE)].map((match) => {
    const [, notes = '', commands = ''] = match;
    const unrun = UNRUN.exec(notes)?.[1];
    return {
      page,
      line: text.slice(0, match.index + notes.length).split('\n').length,
      text: commands,
      runs: [...notes.matchAll(RUNS)].map(([, world = '', ends = '0', until]) => ({
        ...{ world: worldOf(world), ends: ends.split('|').map(Number) },
        ...(until !== undefined && { until }),
      })),
      proven: [...notes.matchAll(PROVEN)].map(([, by = '', words = '']) => ({ by, words: words.split(', ') })),
      ...(unrun !== undefined && { unrun }),
    };
  });
}

/** Lines that are commands: no comment, no empty one, a continued one as one. */
export const commandsOf = ({ text }: Block): readonly string[] =>
  text
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#\s.*$/, '').trim())
    .filter((line) => line !== '');

function worldOf(word: string): World {
  const world = WORLDS.find((one) => one === word);
  if (world === undefined) throw new Error(`${word} is no world; there are ${WORLDS.join(', ')}`);
  return world;
}
