// What the panel of an edge is about: its explanation at the instant; live it is asked for again now and then.

import type { EdgeExplanation } from '@mosaic/wire';
import type { Questions } from '../api/questions.ts';
import { Resource } from './resource.svelte.ts';

const LIVE_FOR_MS = 30_000;

export class EdgeSubject {
  readonly explanation = new Resource<EdgeExplanation>();
  readonly #asked: Pick<Questions, 'explain'>;
  #id: string | undefined;

  constructor(asked: Pick<Questions, 'explain'>) {
    this.#asked = asked;
  }

  show(id: string, at: number | undefined): void {
    const isOther = id !== this.#id;
    this.#id = id;
    const key = `${id}|${at ?? `live${Math.floor(Date.now() / LIVE_FOR_MS)}`}`;
    this.explanation.load(key, (signal) => this.#asked.explain(id, at, signal), isOther ? 'fresh' : 'keep');
  }
}
