// The logs of one thing as they are scrolled through: the newest page up to an instant, older ones on demand, live ones as they come.
// Nothing reactive per line: `version` counts what has to be drawn again.

import type { CoverageAnswer, LogLineAnswer, LogsAnswer } from '@mosaic/wire';
import { followLogs } from '../api/log-stream.ts';
import { Unanswered } from '../api/problem.ts';
import type { LogFilter, Questions } from '../api/questions.ts';
import { LogLines } from './log-lines.ts';

export interface ReelWish {
  readonly filter: LogFilter;
  readonly from: number;
  readonly to: number;
  /** Lines are followed as they are written. */
  readonly isLive: boolean;
}

const PAGE = 500;
const FLUSH_MS = 120;
/** Lines sent before the stream was open may be stored a moment after the page was read. */
const SECOND_LOOK_MS = 3000;
const RETRY_MS = 3000;
/** While the playhead is dragged only where it rests is asked for. */
const REST_MS = 150;

type Asked = Pick<Questions, 'logs'>;

export class LogReel {
  readonly lines = new LogLines();
  readonly #asked: Asked;
  readonly #Source: typeof EventSource | undefined;
  #version = $state(0);
  #era = $state(0);
  #isLoading = $state(false);
  #isOlder = $state(false);
  #isRead = $state(false);
  #hasOlder = $state(false);
  #error = $state.raw<unknown>(undefined);
  #stream = $state<'off' | 'following' | 'lost'>('off');
  #source = $state<LogsAnswer['source'] | undefined>(undefined);
  #coverage = $state.raw<CoverageAnswer | undefined>(undefined);
  #wish: ReelWish | undefined;
  #key = '';
  #cursor: string | undefined;
  #asking: AbortController | undefined;
  #unfollow: (() => void) | undefined;
  #fresh: LogLineAnswer[] = [];
  #timers: { [what in 'flush' | 'look' | 'retry' | 'rest']?: ReturnType<typeof setTimeout> | undefined } = {};

  constructor(asked: Asked, Source: typeof EventSource | undefined = globalThis.EventSource) {
    this.#asked = asked;
    this.#Source = Source;
  }

  get version(): number {
    return this.#version;
  }
  /** Grows when the lines are others than before, not only more. */
  get era(): number {
    return this.#era;
  }
  get isLoading(): boolean {
    return this.#isLoading;
  }
  get isOlderLoading(): boolean {
    return this.#isOlder;
  }
  /** The first page is there. */
  get isRead(): boolean {
    return this.#isRead;
  }
  get hasOlder(): boolean {
    return this.#hasOlder;
  }
  get error(): unknown {
    return this.#error;
  }
  get stream(): 'off' | 'following' | 'lost' {
    return this.#stream;
  }
  get source(): LogsAnswer['source'] | undefined {
    return this.#source;
  }
  get coverage(): CoverageAnswer | undefined {
    return this.#coverage;
  }

  show(wish: ReelWish): void {
    const about = JSON.stringify(wish.filter);
    const key = `${about}|${wish.isLive ? `live${wish.to - wish.from}` : `${wish.from}|${wish.to}`}`;
    if (key === this.#key) return;
    const isOther = !this.#key.startsWith(`${about}|`);
    this.#key = key;
    this.#wish = wish;
    this.#leave();
    if (isOther) this.#forget();
    if (wish.isLive) this.#follow(wish);
    this.#timers.rest = setTimeout(() => void this.#read(), isOther || wish.isLive ? 0 : REST_MS);
  }

  again(): void {
    void this.#read();
  }

  stop(): void {
    this.#leave();
    this.#key = '';
  }

  /** The page before the oldest line; nothing when there is none or it is on its way. */
  async older(): Promise<void> {
    const [wish, cursor, key] = [this.#wish, this.#cursor, this.#key];
    if (wish === undefined || cursor === undefined || this.#isOlder) return;
    this.#isOlder = true;
    try {
      const page = await this.#asked.logs(this.#query(wish, cursor));
      if (key === this.#key) this.#takeOlder(page);
    } catch (error) {
      if (key === this.#key) this.#error = error;
    } finally {
      this.#isOlder = false;
    }
  }

  #query({ filter, from, to, isLive }: ReelWish, cursor?: string) {
    const end = isLive ? Date.now() : to;
    return { ...filter, from: isLive ? end - (to - from) : from, to: end, order: 'desc' as const, limit: PAGE, cursor };
  }

  async #read(): Promise<void> {
    const wish = this.#wish;
    if (wish === undefined) return;
    this.#asking?.abort();
    const controller = new AbortController();
    this.#asking = controller;
    this.#isLoading = true;
    try {
      this.#take(await this.#asked.logs(this.#query(wish), controller.signal), wish);
    } catch (error) {
      if (controller.signal.aborted) return;
      this.#error = error;
      if (error instanceof Unanswered && error.isPassing)
        this.#timers.retry = setTimeout(() => void this.#read(), error.retryAfterMs ?? RETRY_MS);
    }
    if (!controller.signal.aborted) this.#isLoading = false;
  }

  #take(page: LogsAnswer, wish: ReelWish): void {
    if (wish !== this.#wish) return;
    const isFirst = !this.#isRead || !wish.isLive || !this.#touches(page);
    if (isFirst) {
      this.lines.clear();
      this.#cursor = page.next;
      this.#hasOlder = page.next !== undefined;
      this.#era++;
    }
    this.lines.merge(page.items.toReversed());
    this.#error = undefined;
    this.#isRead = true;
    this.#source = page.source;
    this.#coverage = page.coverage;
    this.#version++;
  }

  /** Whether the newest page joins what is there; otherwise lines between would be missing. */
  #touches(page: LogsAnswer): boolean {
    const newest = this.lines.at(-1)?.at ?? '';
    const oldest = page.items.at(-1)?.at ?? '';
    return oldest <= newest || page.next === undefined;
  }

  #takeOlder(page: LogsAnswer): void {
    this.lines.prepend(page.items.toReversed());
    this.#cursor = page.next;
    this.#hasOlder = page.next !== undefined;
    this.#version++;
  }

  #follow(wish: ReelWish): void {
    if (this.#Source === undefined) return;
    const told = {
      line: (line: LogLineAnswer) => this.#soon(line),
      resync: () => {
        clearTimeout(this.#timers.look);
        this.#timers.look = setTimeout(() => void this.#read(), SECOND_LOOK_MS);
      },
      state: (state: 'following' | 'lost') => {
        this.#stream = state;
      },
    };
    this.#unfollow = followLogs(wish.filter, told, this.#Source);
  }

  #soon(line: LogLineAnswer): void {
    this.#fresh.push(line);
    this.#timers.flush ??= setTimeout(() => {
      this.#timers.flush = undefined;
      const fresh = this.#fresh;
      this.#fresh = [];
      if (this.#isRead && this.lines.merge(fresh)) this.#version++;
    }, FLUSH_MS);
  }

  #leave(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
    this.#stream = 'off';
    this.#asking?.abort();
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    this.#timers = {};
    this.#fresh = [];
    this.#isLoading = false;
  }

  #forget(): void {
    this.lines.clear();
    this.#isRead = false;
    this.#error = undefined;
    this.#cursor = undefined;
    this.#hasOlder = false;
    this.#coverage = undefined;
    this.#version++;
  }
}
