// Two instants on one layout: what was added, removed and changed between them, and the fields of the chosen thing.

import type { ObjectDiffAnswer, TopologyDiffAnswer, TopologyNode } from '@mosaic/wire';
import type { ObjectKey, Questions, TopologyQuery } from '../api/questions.ts';
import type { Change } from '../map/scene.ts';
import { Resource } from './resource.svelte.ts';
import type { Span, ViewState } from './url-state.ts';

/** Live, the later instant moves on in steps, so that a ticking clock does not ask each second. */
const STEP_MS = 10_000;

export class Comparison {
  readonly #questions: Questions;
  readonly whole = new Resource<TopologyDiffAnswer>();
  readonly fields = new Resource<ObjectDiffAnswer>();
  readonly #diff = $derived(this.whole.value === undefined ? undefined : telling(this.whole.value));
  readonly #changes = $derived(this.#diff === undefined ? undefined : changesOf(this.#diff));

  constructor(asked: Questions) {
    this.#questions = asked;
  }

  get diff(): TopologyDiffAnswer | undefined {
    return this.#diff;
  }

  /** What is marked on the map, by id. */
  get changes(): ReadonlyMap<string, Change> | undefined {
    return this.#changes;
  }

  /** Asks for the difference of the view's two instants; forgets it when there is only one. */
  show(view: ViewState, now: number): void {
    const span = spanOf(view, now);
    if (span === undefined) {
      this.whole.clear();
      this.fields.clear();
      return;
    }
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

/** Without addresses nobody is named for: what is said of them is different at every moment. */
function telling(diff: TopologyDiffAnswer): TopologyDiffAnswer {
  const changed = diff.nodes.changed.filter(
    ({ before, after }) => after.kind !== 'Unknown' || before.health !== after.health,
  );
  return { ...diff, nodes: { ...diff.nodes, changed } };
}

export function changesOf({ nodes }: Pick<TopologyDiffAnswer, 'nodes'>): Map<string, Change> {
  const marked = (all: readonly TopologyNode[], as: Change) => all.map(({ id }) => [id, as] as const);
  const changed = nodes.changed.map(({ after }) => after);
  return new Map([...marked(changed, 'changed'), ...marked(nodes.removed, 'removed'), ...marked(nodes.added, 'added')]);
}
