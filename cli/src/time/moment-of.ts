// A moment and what is asked of it, as words of one command line: `yesterday 03:12 get pods`.

import { RefusedInstant, UsageError } from '../exit.ts';

export interface MomentAndRest {
  readonly at: number;
  readonly rest: readonly string[];
}

/** The longest beginning that is an instant, of up to five words. Throws `UsageError` when there is none, or when it is refused. */
export function momentOf(words: readonly string[], instant: (text: string) => number): MomentAndRest {
  for (const count of [5, 4, 3, 2, 1]) {
    const some = words.slice(0, count);
    if (some.length < count) continue;
    try {
      return { at: instant(some.join(' ')), rest: words.slice(count) };
    } catch (error) {
      if (!(error instanceof UsageError) || error instanceof RefusedInstant || count === 1) throw error;
    }
  }
  throw new UsageError('say the moment: mosaic at "yesterday 03:12" get pods');
}
