// A long list, page by page: the first as any answer, the rest on demand, joined in order.

import type { ListAnswer } from '@mosaic/wire';
import { Resource } from './resource.svelte.ts';

type AskPage<T> = (cursor: string | undefined, signal?: AbortSignal) => Promise<ListAnswer<T>>;

export class Pages<T> {
  readonly #first = new Resource<ListAnswer<T>>();
  #rest = $state.raw<readonly ListAnswer<T>[]>([]);
  #isMore = $state(false);
  #error = $state.raw<unknown>(undefined);
  #ask: AskPage<T> | undefined;
  #key = '';

  /** All pages read so far as one list; `next` while there is more. */
  get value(): ListAnswer<T> | undefined {
    const first = this.#first.value;
    const last = this.#rest.at(-1);
    if (first === undefined || last === undefined) return first;
    const { next: _, ...joined } = { ...first, items: [first, ...this.#rest].flatMap((page) => page.items) };
    return last.next === undefined ? joined : { ...joined, next: last.next };
  }
  get error(): unknown {
    return this.#error ?? this.#first.error;
  }
  get isMore(): boolean {
    return this.#isMore;
  }

  load(key: string, ask: AskPage<T>): void {
    if (key !== this.#key) {
      this.#rest = [];
      this.#error = undefined;
    }
    this.#key = key;
    this.#ask = ask;
    this.#first.load(key, (signal) => ask(undefined, signal));
  }

  again(): void {
    this.#error = undefined;
    this.#first.again();
  }

  /** The next page; does nothing when there is none or it is on its way. */
  async more(): Promise<void> {
    const [cursor, ask, key] = [this.value?.next, this.#ask, this.#key];
    if (cursor === undefined || ask === undefined || this.#isMore) return;
    this.#isMore = true;
    try {
      const page = await ask(cursor);
      if (key === this.#key) this.#rest = [...this.#rest, page];
    } catch (error) {
      this.#error = error;
    } finally {
      this.#isMore = false;
    }
  }
}
