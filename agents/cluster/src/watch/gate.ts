// At most so many at once; the others wait their turn.

export interface Gate {
  pass<T>(work: () => Promise<T>): Promise<T>;
}

export function gate(atOnce: number): Gate {
  let inside = 0;
  const waiting: (() => void)[] = [];
  return {
    async pass(work) {
      if (inside >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
      else inside++;
      try {
        return await work();
      } finally {
        const next = waiting.shift(); // it takes over our place
        if (next) next();
        else inside--;
      }
    },
  };
}
