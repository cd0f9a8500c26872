// Everything the Logs tab shows of one thing: its lines, their patterns, and what stood around one of them; asked only when looked at.

import type { LogPatternsAnswer, LogsAnswer } from '@mosaic/wire';
import type { LogFilter, Questions } from '../api/questions.ts';
import { LogReel } from './log-reel.svelte.ts';
import type { LogLevelGroup, LogWish } from './log-wish.ts';
import { Resource } from './resource.svelte.ts';
import type { Span } from './url-state.ts';

/** Whose lines. */
export type LogTarget = Pick<LogFilter, 'cluster' | 'namespace' | 'workload' | 'pod' | 'container'>;

const LEVELS: Readonly<Record<LogLevelGroup, readonly string[]>> = {
  error: ['error', 'fatal'],
  warn: ['warn'],
  info: ['info'],
  debug: ['debug', 'trace'],
  other: ['unknown'],
};

/** What a person wishes in the words of the API. */
export function filterOf(target: LogTarget, wish: LogWish): LogFilter {
  const q = wish.q.trim();
  return {
    ...target,
    pod: target.pod ?? wish.pod,
    container: target.container ?? wish.container,
    level: wish.levels.flatMap((group) => LEVELS[group]).join() || undefined,
    q: wish.isRegex ? undefined : q || undefined,
    regex: wish.isRegex && q !== '' ? q : undefined,
    pattern: wish.pattern,
    previous: wish.previous || undefined,
  };
}

/** Patterns of what is still being written are counted anew this often. */
const PATTERNS_EVERY_MS = 10_000;

export class LogDesk {
  readonly reel: LogReel;
  readonly patterns = new Resource<LogPatternsAnswer>();
  readonly context = new Resource<LogsAnswer>();
  readonly #asked: Questions;
  #target = '';

  constructor(asked: Questions) {
    this.#asked = asked;
    this.reel = new LogReel(asked);
  }

  show(target: LogTarget, wish: LogWish, span: Span, isLive: boolean): void {
    this.#turnTo(JSON.stringify(target));
    const filter = filterOf(target, wish);
    if (wish.line !== undefined) {
      const { line } = wish;
      this.context.load(line, (signal) => this.#asked.logContext(line, target.cluster, signal), 'fresh');
      return;
    }
    if (wish.view === 'lines') {
      this.reel.show({ filter, ...span, isLive: isLive && !wish.isPaused });
      return;
    }
    const to = isLive ? Math.floor(span.to / PATTERNS_EVERY_MS) * PATTERNS_EVERY_MS : span.to;
    const q = { ...filter, pattern: undefined, from: to - (span.to - span.from), to, limit: 200 };
    const key = JSON.stringify(q);
    const how = this.patterns.value !== undefined && isLive ? 'keep' : 'fresh';
    this.patterns.load(key, (signal) => this.#asked.logPatterns(q, signal), how);
  }

  stop(): void {
    this.reel.stop();
  }

  /** Answers about another thing are forgotten; the reel does so by itself. */
  #turnTo(target: string): void {
    if (target === this.#target) return;
    this.#target = target;
    this.patterns.clear();
    this.context.clear();
  }
}
