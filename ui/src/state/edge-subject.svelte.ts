// What the panel of an edge is about: its explanation at the instant, and its numbers when it stands on another level than the drawn one.
// Live both are asked for again now and then.

import type { EdgeExplanation, Level, TopologyAnswer } from '@mosaic/wire';
import type { Questions } from '../api/questions.ts';
import { Resource } from './resource.svelte.ts';

const LIVE_FOR_MS = 30_000;

type Asked = Pick<Questions, 'explain' | 'topology'>;

/** `1:Pod:shop:a/c` is a container, `1:Pod:shop:a` a pod; everything else stands among workloads. */
function levelOf(from: string, to: string): Level {
  const pods = [from, to].filter((end) => end.split(':')[1] === 'Pod');
  if (pods.length === 0) return 'workload';
  return pods.some((end) => end.includes('/')) ? 'container' : 'pod';
}

export class EdgeSubject {
  readonly explanation = new Resource<EdgeExplanation>();
  /** Of the level on which the edge stands. */
  readonly around = new Resource<TopologyAnswer>();
  readonly #asked: Asked;
  #id: string | undefined;

  constructor(asked: Asked) {
    this.#asked = asked;
  }

  show(id: string, at: number | undefined, isHere: boolean): void {
    const isOther = id !== this.#id;
    this.#id = id;
    const key = `${id}|${at ?? `live${Math.floor(Date.now() / LIVE_FOR_MS)}`}`;
    this.explanation.load(key, (signal) => this.#asked.explain(id, at, signal), isOther ? 'fresh' : 'keep');
    if (isOther) this.around.clear();
    if (!isHere) this.#lookAround(id, key, at);
  }

  #lookAround(id: string, key: string, at: number | undefined): void {
    const [, from = '', to = ''] = id.split('~');
    const [cluster, , namespace] = from.split(':');
    const query = { level: levelOf(from, to), cluster: Number(cluster), namespace: namespace || undefined };
    this.around.load(key, (signal) => this.#asked.topology(query, at, signal));
  }
}
