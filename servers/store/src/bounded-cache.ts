// Least recently used entries, bounded by the cost they carry.

export interface BoundedCache<V> {
  get(key: string): V | undefined;
  set(key: string, value: V, cost: number): void;
  delete(key: string): void;
  clear(): void;
}

/** `dropped` is told of what leaves. */
export function boundedCache<V>(mostCost: number, dropped: (value: V) => void = () => {}): BoundedCache<V> {
  const entries = new Map<string, { readonly value: V; readonly cost: number }>();
  let total = 0;
  const remove = (key: string): void => {
    const entry = entries.get(key);
    if (entry === undefined) return;
    entries.delete(key);
    total -= entry.cost;
    dropped(entry.value);
  };
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value, cost) {
      remove(key);
      if (cost > mostCost) return dropped(value);
      entries.set(key, { value, cost });
      total += cost;
      for (const oldest of entries.keys()) {
        if (total <= mostCost) break;
        remove(oldest);
      }
    },
    delete: remove,
    clear() {
      for (const key of [...entries.keys()]) remove(key);
    },
  };
}
