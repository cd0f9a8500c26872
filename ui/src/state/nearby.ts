// What the page holds of the time around one instant: the whole graph there, and how it differs a little earlier and later. So a dragged playhead
// is shown from memory, and where it is not, a small answer does instead of the whole.

import type { TopologyAnswer, TopologyDiffAnswer } from '@mosaic/wire';

/** Within this of the whole graph, differences are read ahead. */
export const AHEAD_MS = 10 * 60_000;
/** Farther away a difference is hardly smaller than the whole. */
const NEAR_MS = 60 * 60_000;
/** Each is what changed within minutes. */
const MOST_STEPS = 400;

interface Whole {
  readonly key: string;
  readonly at: number;
  readonly answer: TopologyAnswer;
}
interface Differences<T> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
  readonly changed: readonly { readonly before: T; readonly after: T }[];
}

export class Nearby {
  #whole: Whole | undefined;
  readonly #steps = new Map<number, TopologyDiffAnswer>();

  /** Takes a whole graph; the one before stays as long as it is near, for what is held beside it. */
  hold(key: string, at: number, answer: TopologyAnswer): void {
    const whole = this.#whole;
    if (whole !== undefined && whole.key === key && Math.abs(whole.at - at) <= AHEAD_MS) return;
    this.#whole = { key, at, answer };
    this.#steps.clear();
  }

  /** Between which instants to ask, the earlier first; undefined when the whole is to be asked for. */
  span(key: string, at: number): { readonly from: number; readonly to: number } | undefined {
    const whole = this.#whole;
    if (whole === undefined || whole.key !== key || whole.at === at || Math.abs(whole.at - at) > NEAR_MS)
      return undefined;
    return { from: Math.min(whole.at, at), to: Math.max(whole.at, at) };
  }

  has(key: string, at: number): boolean {
    return this.#whole?.key === key && (this.#whole.at === at || this.#steps.has(at));
  }

  learn(key: string, at: number, diff: TopologyDiffAnswer): void {
    if (this.#whole?.key !== key) return;
    this.#steps.set(at, diff);
    if (this.#steps.size > MOST_STEPS) for (const oldest of this.#steps.keys()) return void this.#steps.delete(oldest);
  }

  /** The graph at an instant that is held. */
  at(key: string, at: number): TopologyAnswer | undefined {
    const whole = this.#whole;
    if (whole === undefined || whole.key !== key) return undefined;
    if (whole.at === at) return whole.answer;
    const diff = this.#steps.get(at);
    return diff === undefined ? undefined : this.from(diff, at);
  }

  /** The whole with a difference from it applied. */
  from(diff: TopologyDiffAnswer, at: number): TopologyAnswer | undefined {
    const whole = this.#whole;
    if (whole === undefined) return undefined;
    const isLater = at > whole.at;
    return {
      at: isLater ? diff.to : diff.from,
      level: diff.level,
      nodes: [...applied(whole.answer.nodes, diff.nodes, isLater)],
      edges: [...applied(whole.answer.edges, diff.edges, isLater)],
      coverage: diff.coverage,
    };
  }
}

function applied<T extends { readonly id: string }>(
  all: readonly T[],
  { added, removed, changed }: Differences<T>,
  isLater: boolean,
): readonly T[] {
  const [come, gone] = isLater ? [added, removed] : [removed, added];
  if (come.length === 0 && gone.length === 0 && changed.length === 0) return all;
  const left = new Set(gone.map(({ id }) => id));
  const others = new Map(changed.map(({ before, after }) => [after.id, isLater ? after : before]));
  for (const one of come) left.add(one.id);
  return all
    .filter(({ id }) => !left.has(id))
    .map((one) => others.get(one.id) ?? one)
    .concat(come);
}

/** Instants around one, `step` apart on a grid of whole steps, nearest first, `AHEAD_MS` to both sides and not later than `latest`. */
export function instantsAround(at: number, step: number, latest: number): number[] {
  const middle = Math.round(at / step) * step;
  const count = Math.floor(AHEAD_MS / step);
  return Array.from({ length: count + 1 }, (_, i) => [middle - i * step, middle + i * step])
    .flatMap((both, i) => (i === 0 ? [middle] : both))
    .filter((instant) => instant <= latest);
}
