// Templates met so far, by the hash of the scan: a string is made once per template, not per line.
// Templates of equal length that differ in one word are one, so names without digits become variables once two of them were seen.

import { patternId } from './log.ts';
import { templateOf, VARIABLE } from './log-template.ts';

const MOST_TEMPLATES = 5_000;
/** Shorter ones differ in what they say, not in a variable. */
const LEAST_WORDS = 3;

export interface Pattern {
  readonly id: number;
  readonly template: string;
}

export interface Patterns {
  /** `hash` is `Scanned.template` of the same bytes. Undefined past the bound of templates. */
  of(hash: number, bytes: Uint8Array, from: number, to: number): Pattern | undefined;
}

/** What a template has become: the same object for all hashes that lead to it. */
interface Settled {
  pattern: Pattern;
}

export function patterns(): Patterns {
  const byHash = new Map<number, Settled>();
  const byShape = new Map<string, Settled>();

  const settle = (template: string): Settled => {
    const shapes = shapesOf(template.split(' '));
    const like = shapes.find((shape) => byShape.has(shape));
    const known = like === undefined ? undefined : byShape.get(like);
    if (like === undefined || known === undefined) {
      const settled = { pattern: patternOf(template) };
      for (const shape of shapes) byShape.set(shape, settled);
      return settled;
    }
    if (known.pattern.template !== template) known.pattern = patternOf(like.slice(like.indexOf(' ') + 1));
    return known;
  };

  return {
    of(hash, bytes, from, to) {
      const found = byHash.get(hash);
      if (found !== undefined) return found.pattern;
      if (byHash.size >= MOST_TEMPLATES) return undefined;
      const settled = settle(templateOf(bytes, from, to));
      byHash.set(hash, settled);
      return settled.pattern;
    },
  };
}

const patternOf = (template: string): Pattern => ({ id: patternId(template), template });

/** Every word left out once, with its place: two templates that share such a shape differ in that word alone. */
const shapesOf = (words: readonly string[]): string[] =>
  words.length < LEAST_WORDS ? [] : words.map((_, i) => `${i} ${words.with(i, VARIABLE).join(' ')}`);
