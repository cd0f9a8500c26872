// Several at once, never more than a few.

/**
 * Runs `work` on every item, at most `most` at a time. When one fails no more are begun, those begun are waited for,
 * and the first failure is thrown.
 */
export async function eachBounded<T>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (const item of { [Symbol.iterator]: () => waiting }) {
      if (failures.length > 0) return;
      await work(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane));
  if (failures.length > 0) throw failures[0];
}
