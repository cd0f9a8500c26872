// Two instants on one layout: what was added, removed and changed between them, and the fields of the chosen thing.

import type { ObjectDiffAnswer, TopologyDiffAnswer, TopologyNode } from '@mosaic/wire';
import type { ObjectKey, Questions, TopologyQuery } from '../api/questions.ts';
import { type Compared, comparedOf, telling } from '../map/compared.ts';
import { Resource } from './resource.svelte.ts';
import type { Span, ViewState } from './url-state.ts';

/** Live, the later instant moves on in steps, so that a ticking clock does not ask each second. */
const STEP_MS = 10_000;

export class Comparison {
  readonly #questions: Questions;
  readonly whole = new Resource<TopologyDiffAnswer>();
  readonly fields = new Resource<ObjectDiffAnswer>();
  #drawn = $state<'earlier' | 'later'>('later');
  readonly #diff = $derived(this.whole.value === undefined ? undefined : telling(this.whole.value));
  readonly #compared = $derived(this.#diff === undefined ? undefined : comparedOf(this.#diff, this.#drawn));

  constructor(asked: Questions) {
    this.#questions = asked;
  }

  get diff(): TopologyDiffAnswer | undefined {
    return this.#diff;
  }

  /** What is marked on the map, and what is drawn there of the other instant. */
  get compared(): Compared | undefined {
    return this.#compared;
  }

  /** A thing that lives at the other instant only. */
  absent(id: string): TopologyNode | undefined {
    return this.#compared?.absent.find((node) => node.id === id);
  }

  /** Asks for the difference of the view's two instants; forgets it when there is only one. */
  show(view: ViewState, now: number): void {
    const span = spanOf(view, now);
    if (span === undefined) {
      this.whole.clear();
      this.fields.clear();
      return;
    }
    this.#drawn = view.against === span.to ? 'earlier' : 'later';
    const query: TopologyQuery = { level: view.level, cluster: view.cluster, namespace: view.namespace };
    const key = `${query.level}|${query.cluster}|${query.namespace}|${span.from}|${span.to}`;
    this.whole.load(key, (signal) => this.#questions.topologyDiff(query, span.from, span.to, signal));
  }

  /** Asks for what changed in the fields of one object. */
  look(view: ViewState, now: number, key: ObjectKey | undefined): void {
    const span = spanOf(view, now);
    if (span === undefined || key === undefined) this.fields.clear();
    else
      this.fields.load(
        `${key.cluster}|${key.uid}|${span.from}|${span.to}`,
        (signal) => this.#questions.objectDiff(key, span.from, span.to, signal),
        'fresh',
      );
  }
}

/** The two instants, the earlier first; undefined when nothing is compared. */
export function spanOf({ at, against }: Pick<ViewState, 'at' | 'against'>, now: number): Span | undefined {
  if (against === undefined) return undefined;
  const other = at ?? Math.floor(now / STEP_MS) * STEP_MS;
  return other === against ? undefined : { from: Math.min(against, other), to: Math.max(against, other) };
}
