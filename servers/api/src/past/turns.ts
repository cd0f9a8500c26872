// So many at a time, in the order they came: what holds much memory while it works waits for its turn.

export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

export function turns(most: number): InTurn {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((go) => waiting.push(go));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
