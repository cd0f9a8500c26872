// What is away is waited for without end; what one message keeps failing on is given up after a few tries, or it would block all behind it.

export interface Patience {
  /** Whether the failure is the message's own and it has been tried enough. */
  isOver(message: string, error: unknown): boolean;
  /** It went well after all. */
  forget(message: string): void;
}

const MOST_TRIES = 4;
/** Messages that failed lately; far more than are ever in flight. */
const MOST_REMEMBERED = 10_000;

/** `isPassing`: whether a failure says nothing of the message (a store away, a disk full). */
export function patience(isPassing: (error: unknown) => boolean): Patience {
  const tries = new Map<string, number>();
  return {
    isOver(message, error) {
      if (isPassing(error)) return false;
      const tried = (tries.get(message) ?? 0) + 1;
      if (tries.size >= MOST_REMEMBERED) tries.clear();
      tries.set(message, tried);
      return tried >= MOST_TRIES;
    },
    forget(message) {
      if (tries.size > 0) tries.delete(message);
    },
  };
}
