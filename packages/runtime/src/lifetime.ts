// Start in order, stop in reverse.

export interface Part {
  readonly name: string;
  stop(): Promise<void> | void;
}

export interface Lifetime {
  /** Runs `start`; what it returns is stopped when the lifetime ends, the latest started first. When it throws, everything started is stopped. */
  start<T>(name: string, start: () => Promise<T> | T, stop?: (started: T) => Promise<void> | void): Promise<T>;
  /** Idempotent. Every part is stopped even when one fails; the first failure is thrown at the end. */
  stop(): Promise<void>;
}

export function lifetime(told: (step: { readonly name: string; readonly ms: number }) => void = () => {}): Lifetime {
  const parts: Part[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= stopAll(parts);
    return stopping;
  };
  return {
    async start(name, start, stopPart) {
      const began = performance.now();
      try {
        const started = await start();
        if (stopPart) parts.push({ name, stop: () => stopPart(started) });
        told({ name, ms: Math.round(performance.now() - began) });
        return started;
      } catch (error) {
        await stop().catch(() => {}); // the start's own failure is the one to tell
        throw error;
      }
    },
    stop,
  };
}

async function stopAll(parts: Part[]): Promise<void> {
  const failures: unknown[] = [];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    try {
      await part.stop();
    } catch (cause) {
      failures.push(new Error(`${part.name} did not stop`, { cause }));
    }
  }
  if (failures.length > 0) throw failures[0];
}
