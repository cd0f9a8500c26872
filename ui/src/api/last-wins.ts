// Many questions, one that matters: while a thumb drags the playhead only the newest instant is asked for, at most one question is on its way,
// and answers already given are given again from a bounded cache.

export interface LastWins<K> {
  /** Wants `key`; earlier wishes that were not begun are forgotten. */
  want(key: K): void;
  /** Forgets cached answers (live data moved on). */
  forget(): void;
  stop(): void;
}

interface Wiring<K, T> {
  readonly ask: (key: K, signal: AbortSignal) => Promise<T>;
  readonly name: (key: K) => string;
  readonly cacheable: (key: K) => boolean;
  readonly answered: (key: K, answer: T) => void;
  readonly failed: (key: K, error: unknown) => void;
  readonly keep?: number;
}

const KEEP = 120;

/** A question already on its way is let finish (its answer is cached and shown: motion), then the newest wish is asked. */
export function lastWins<K, T>(wiring: Wiring<K, T>): LastWins<K> {
  const cache = new Map<string, T>();
  let wish: K | undefined;
  let asking: AbortController | undefined;
  let generation = 0;

  function remember(key: K, answer: T): void {
    if (!wiring.cacheable(key)) return;
    cache.set(wiring.name(key), answer);
    if (cache.size > (wiring.keep ?? KEEP)) for (const oldest of cache.keys()) return void cache.delete(oldest);
  }

  async function next(): Promise<void> {
    const key = wish;
    if (key === undefined || asking !== undefined) return;
    wish = undefined;
    const mine = ++generation;
    const controller = new AbortController();
    asking = controller;
    try {
      const answer = await wiring.ask(key, controller.signal);
      remember(key, answer);
      if (mine === generation) wiring.answered(key, answer);
    } catch (error) {
      if (mine === generation && !controller.signal.aborted) wiring.failed(key, error);
    } finally {
      if (asking === controller) asking = undefined;
    }
    void next();
  }

  return {
    want(key) {
      const known = wiring.cacheable(key) ? cache.get(wiring.name(key)) : undefined;
      if (known !== undefined) {
        wish = undefined;
        generation++;
        return wiring.answered(key, known);
      }
      wish = key;
      void next();
    },
    forget: () => cache.clear(),
    stop() {
      generation++;
      wish = undefined;
      asking?.abort();
    },
  };
}
