// The graph at the looked-at instant: live by the stream, past by questions of which the last one wins.
// Nothing reactive per node: `version` counts what has to be drawn again, `era` what has to be laid out anew.

import type { CoverageAnswer, TimelineAnswer, TopologyAnswer } from '@mosaic/wire';
import { type LastWins, lastWins } from '../api/last-wins.ts';
import { Unanswered } from '../api/problem.ts';
import type { Questions, TopologyQuery } from '../api/questions.ts';
import { followTopology, type StreamState } from '../api/stream.ts';
import { Graph } from '../map/graph.ts';
import { instantsAround, Nearby } from './nearby.ts';
import type { ViewState } from './url-state.ts';

interface Wish {
  readonly query: TopologyQuery;
  readonly at: number | undefined;
  /** A picture on the way, while the thumb drags: what differs from a graph near by is enough. */
  readonly rough: boolean;
}

const RETRY_MS = 3000;
const DRAW_MS = 120;
/** Younger answers may still grow by chunks under way, so they are not kept. */
const SETTLED_MS = 60_000;
const SETTLE_DIFF_MS = 500;
/** While a thumb drags, instants are rounded to this share of the bar, so that going back over the same stretch asks nothing. */
const STEPS_OF_BAR = 1500;
/** State is told every ten seconds: finer steps would show the same. */
const LEAST_STEP_MS = 15_000;
/** What is read ahead around a resting thumb may cost the server this long, and this many questions. */
const READ_AHEAD = { forMs: 8_000, most: 80 };

const stepOf = ({ range }: Pick<ViewState, 'range'>): number => Math.max(LEAST_STEP_MS, range / STEPS_OF_BAR);

/** To parse the answer, to take it in and to draw so many things are tasks of their own, so that a hand is heard between them. */
const LARGE = 1_000;
const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

const isSettled = (at: number): boolean => at < Date.now() - SETTLED_MS;
const keyOf = (q: TopologyQuery): string => `${q.level}|${q.cluster ?? ''}|${q.namespace ?? ''}`;

export class Moment {
  readonly graph = new Graph();
  readonly #nearby = new Nearby();
  readonly #questions: Questions;
  readonly #asks: LastWins<Wish>;
  readonly #source: typeof EventSource | undefined;
  #version = $state(0);
  #era = $state(0);
  #error = $state.raw<unknown>(undefined);
  #isReady = $state(false);
  #shownAt = $state<number | undefined>(undefined);
  #stream = $state<StreamState>('polling');
  #progress = $state<number | undefined>(undefined);
  #coverage = $state.raw<CoverageAnswer | undefined>(undefined);
  #wish: Wish | undefined;
  #unfollow: (() => void) | undefined;
  #drawing: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #diff: ReturnType<typeof setTimeout> | undefined;
  #telling: ReturnType<typeof setTimeout> | undefined;
  #reading: AbortController | undefined;

  constructor(asked: Questions, source = globalThis.EventSource) {
    this.#questions = asked;
    this.#source = source;
    this.#asks = lastWins({
      ask: (wish, signal) => this.#ask(wish, signal),
      name: ({ query, at }) => `${keyOf(query)}|${at}`,
      // what is near by is held as differences: whole maps of thousands of things would soon fill the memory
      cacheable: () => false,
      answered: (wish, answer) => this.#answered(wish, answer),
      failed: (_wish, error) => this.#failed(error),
    });
  }

  get version(): number {
    return this.#version;
  }
  get era(): number {
    return this.#era;
  }
  get error(): unknown {
    return this.#error;
  }
  get isReady(): boolean {
    return this.#isReady;
  }
  /** The instant of what is drawn; while scrubbing it trails the playhead. */
  get shownAt(): number | undefined {
    return this.#shownAt;
  }
  get stream(): StreamState {
    return this.#stream;
  }
  get progress(): number | undefined {
    return this.#progress;
  }
  get coverage(): CoverageAnswer | undefined {
    return this.#coverage;
  }

  /** Shows the view's instant. `rough` while dragging or playing: instants are rounded. */
  show(view: ViewState, rough: boolean): void {
    const query = { level: view.level, cluster: view.cluster, namespace: view.namespace };
    const step = stepOf(view);
    const at = view.at === undefined || !rough ? view.at : Math.round(view.at / step) * step;
    const before = this.#wish;
    const isOther = before === undefined || keyOf(before.query) !== keyOf(query);
    if (isOther) this.#restart();
    else if (before.at === at && (rough || !before.rough)) return;
    this.#reading?.abort();
    this.#wish = { query, at, rough };
    if (at !== undefined) this.#leaveLive();
    else if (isOther || this.#unfollow === undefined) this.#follow(query);
    this.#asks.want(this.#wish);
    this.#diffSoon(view, rough);
  }

  again(): void {
    if (this.#wish !== undefined) this.#asks.want(this.#wish);
  }

  /** Learns from the timeline when things went. */
  learn(timeline: TimelineAnswer): void {
    for (const m of timeline.marks) {
      if (m.type === 'delete' && m.node !== undefined) this.graph.wentAt(m.node, Date.parse(m.at));
    }
    this.#version++;
  }

  stop(): void {
    this.#leaveLive();
    this.#asks.stop();
    this.#reading?.abort();
    clearTimeout(this.#retry);
    clearTimeout(this.#diff);
    clearTimeout(this.#drawing);
    clearTimeout(this.#telling);
  }

  #restart(): void {
    clearTimeout(this.#telling);
    this.graph.clear();
    this.#leaveLive();
    this.#isReady = false;
    this.#error = undefined;
    this.#era++;
    this.#version++;
  }

  /** From memory, as a difference from what is near by, or whole. */
  async #ask({ query, at, rough }: Wish, signal: AbortSignal): Promise<TopologyAnswer> {
    const key = keyOf(query);
    if (rough && at !== undefined) {
      const known = this.#nearby.at(key, at) ?? (await this.#different(query, at, signal));
      if (known !== undefined) return known;
    }
    const answer = await this.#questions.topology(query, at, signal);
    if (answer.nodes.length > LARGE) await nextTask();
    if (at !== undefined && isSettled(at)) this.#nearby.hold(key, at, answer);
    return answer;
  }

  async #different(query: TopologyQuery, at: number, signal: AbortSignal): Promise<TopologyAnswer | undefined> {
    const key = keyOf(query);
    const span = this.#nearby.span(key, at);
    if (span === undefined) return undefined;
    const diff = await this.#questions.topologyDiff(query, span.from, span.to, signal);
    const answer = this.#nearby.from(diff, at);
    if (isSettled(at)) this.#nearby.learn(key, at, diff);
    return answer;
  }

  /** What lies around a resting thumb, the nearest first and one after the other, so that the next drag finds it. */
  async #readAhead(query: TopologyQuery, view: ViewState): Promise<void> {
    this.#reading?.abort();
    const controller = new AbortController();
    this.#reading = controller;
    const key = keyOf(query);
    const [until, latest] = [Date.now() + READ_AHEAD.forMs, Date.now() - SETTLED_MS];
    const wanted = instantsAround(view.at ?? 0, stepOf(view), latest).filter((at) => !this.#nearby.has(key, at));
    for (const at of wanted.slice(0, READ_AHEAD.most)) {
      if (controller.signal.aborted || Date.now() > until) return;
      try {
        await this.#different(query, at, controller.signal);
      } catch {
        return; // it would only have been sooner there
      }
    }
  }

  #isWished(query: TopologyQuery, at: number): boolean {
    return this.#wish !== undefined && this.#wish.at === at && keyOf(this.#wish.query) === keyOf(query);
  }

  #answered({ query, at }: Wish, answer: TopologyAnswer): void {
    if (this.#wish === undefined || keyOf(this.#wish.query) !== keyOf(query)) return;
    if ((this.#wish.at === undefined) !== (at === undefined)) return;
    this.graph.replace(answer);
    clearTimeout(this.#telling);
    if (answer.nodes.length <= LARGE) this.#tell(answer);
    else this.#telling = setTimeout(() => this.#tell(answer));
  }

  #tell(answer: TopologyAnswer): void {
    this.#shownAt = Date.parse(answer.at);
    this.#coverage = answer.coverage;
    this.#error = undefined;
    this.#isReady = true;
    this.#version++;
  }

  #failed(error: unknown): void {
    this.#error = error;
    clearTimeout(this.#retry);
    if (!(error instanceof Unanswered) || !error.isPassing) return;
    this.#retry = setTimeout(() => this.again(), error.retryAfterMs ?? RETRY_MS);
  }

  /** Many deltas a second are one drawing each DRAW_MS. */
  #drawSoon(at: number): void {
    this.#drawing ??= setTimeout(() => {
      this.#drawing = undefined;
      if (this.#wish?.at !== undefined) return;
      this.#shownAt = at;
      this.#version++;
    }, DRAW_MS);
  }

  #follow(query: TopologyQuery): void {
    this.#leaveLive();
    this.#unfollow = followTopology(
      { ...query },
      {
        delta: (delta) => {
          this.graph.patch(delta);
          this.#drawSoon(Date.parse(delta.at));
        },
        resync: () => this.again(),
        progress: (share) => {
          this.#progress = share < 1 ? share : undefined;
        },
        state: (state) => {
          this.#stream = state;
        },
      },
      this.#source,
    );
  }

  #leaveLive(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
  }

  /** When the thumb rests: what lived at the bar's beginning and is gone now, for its ghosts and their places. */
  #diffSoon(view: ViewState, rough: boolean): void {
    clearTimeout(this.#diff);
    if (rough) return;
    const query = { level: view.level, cluster: view.cluster, namespace: view.namespace };
    this.#diff = setTimeout(() => {
      void this.#learnGone(query, view).then(() => {
        if (view.at !== undefined && this.#isWished(query, view.at)) void this.#readAhead(query, view);
      });
    }, SETTLE_DIFF_MS);
  }

  async #learnGone(query: TopologyQuery, view: ViewState): Promise<void> {
    const to = view.at ?? Date.now();
    const from = Math.min((view.end ?? Date.now()) - view.range + 30_000, to - 60_000);
    try {
      const diff = await this.#questions.topologyDiff(query, from, to);
      if (this.#wish === undefined || keyOf(this.#wish.query) !== keyOf(query)) return;
      this.graph.remember(diff.nodes.removed, from + 1);
      this.#version++;
    } catch {
      // ghosts are an extra: without the diff only what was seen in this session can be one
    }
  }
}
