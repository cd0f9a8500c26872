// The first look at a thing: what was measured around the moment and the newest lines up to it. Asked when the moment rests, not while it is dragged.

import type { LogsAnswer, MetricQueryAnswer } from '@mosaic/wire';
import type { Questions } from '../api/questions.ts';
import { MINUTE_MS } from '../time/instants.ts';
import type { LogTarget } from './log-desk.svelte.ts';
import { Resource } from './resource.svelte.ts';
import type { Span } from './url-state.ts';

const SETTLE_MS = 250;
const AROUND_MS = 15 * MINUTE_MS;
const LIVE_EVERY_MS = 20_000;
/** As coarse as what is kept of the longer past. */
const STEP = '2m';
const LINES = 6;
const LINES_BACK_MS = 60 * MINUTE_MS;

export interface GlanceWish {
  readonly id: string;
  readonly target: LogTarget | undefined;
  readonly hasMetrics: boolean;
  /** Undefined is live. */
  readonly at: number | undefined;
  readonly now: number;
}

/** A quarter of an hour to both sides of a past moment; live, the last half hour. Whole minutes, so that a step in time asks nothing new. */
export function glanceSpan({ at, now }: Pick<GlanceWish, 'at' | 'now'>): Span {
  if (at === undefined) {
    const to = Math.ceil(now / LIVE_EVERY_MS) * LIVE_EVERY_MS;
    return { from: to - 2 * AROUND_MS, to };
  }
  const middle = Math.round(at / MINUTE_MS) * MINUTE_MS;
  return { from: middle - AROUND_MS, to: Math.min(middle + AROUND_MS, Math.ceil(now / MINUTE_MS) * MINUTE_MS) };
}

export class Glance {
  readonly #asked: Pick<Questions, 'metrics' | 'logs'>;
  readonly metrics = new Resource<MetricQueryAnswer>();
  readonly lines = new Resource<LogsAnswer>();
  #id = $state('');
  #key = '';
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(asked: Pick<Questions, 'metrics' | 'logs'>) {
    this.#asked = asked;
  }

  /** What the answers are about. */
  get id(): string {
    return this.#id;
  }

  /** What is shown of another thing is forgotten at once; of another moment when the new answer is there. */
  show(wish: GlanceWish): void {
    const span = glanceSpan(wish);
    const to = wish.at ?? span.to;
    // what is known of a thing grows: whether it has pods may come after its name
    const key = `${wish.id}|${span.from}|${span.to}|${wish.at ?? 'live'}|${wish.hasMetrics}|${wish.target?.workload}`;
    if (key === this.#key) return;
    if (this.#id !== wish.id) this.clear();
    this.#id = wish.id;
    this.#key = key;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#ask(wish, span, to), SETTLE_MS);
  }

  clear(): void {
    clearTimeout(this.#settling);
    this.#key = '';
    this.metrics.clear();
    this.lines.clear();
  }

  #ask({ id, target, hasMetrics }: GlanceWish, span: Span, to: number): void {
    if (hasMetrics)
      this.metrics.load(`${id}|${span.from}|${span.to}`, (signal) =>
        this.#asked.metrics({ entity: id, ...span, each: false, step: STEP }, signal),
      );
    if (target !== undefined) {
      const q = { ...target, from: to - LINES_BACK_MS, to, order: 'desc', limit: LINES } as const;
      this.lines.load(`${id}|${to}`, (signal) => this.#asked.logs(q, signal));
    }
  }
}
