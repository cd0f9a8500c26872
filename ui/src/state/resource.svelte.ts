// One answer and how it is doing: asked, there, or failed; asks again by itself when the failure passes.

import { Unanswered } from '../api/problem.ts';

const RETRY_MS = 3000;

export class Resource<T> {
  #value = $state.raw<T | undefined>(undefined);
  #error = $state.raw<unknown>(undefined);
  #isLoading = $state(false);
  #key: string | undefined;
  #asking: AbortController | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #ask: ((signal: AbortSignal) => Promise<T>) | undefined;

  get value(): T | undefined {
    return this.#value;
  }
  get error(): unknown {
    return this.#error;
  }
  get isLoading(): boolean {
    return this.#isLoading;
  }

  /** Asks unless this key is already asked for or answered. The old answer stays visible unless `fresh`. */
  load(key: string, ask: (signal: AbortSignal) => Promise<T>, how: 'keep' | 'fresh' = 'keep'): void {
    if (key === this.#key) return;
    this.#key = key;
    this.#ask = ask;
    if (how === 'fresh') {
      this.#value = undefined;
      this.#error = undefined;
    }
    void this.#go();
  }

  again(): void {
    void this.#go();
  }

  clear(): void {
    this.#stop();
    this.#key = undefined;
    this.#value = undefined;
    this.#error = undefined;
    this.#isLoading = false;
  }

  #stop(): void {
    this.#asking?.abort();
    clearTimeout(this.#retry);
  }

  async #go(): Promise<void> {
    const ask = this.#ask;
    if (ask === undefined) return;
    this.#stop();
    const controller = new AbortController();
    this.#asking = controller;
    this.#isLoading = true;
    try {
      const answer = await ask(controller.signal);
      if (controller.signal.aborted) return;
      this.#value = answer;
      this.#error = undefined;
    } catch (error) {
      if (controller.signal.aborted) return;
      this.#error = error;
      if (error instanceof Unanswered && error.isPassing) this.#again(error.retryAfterMs ?? RETRY_MS);
    }
    this.#isLoading = false;
  }

  #again(ms: number): void {
    this.#retry = setTimeout(() => void this.#go(), ms);
  }
}
