// Manifests as they are kept, by name and of bounded length altogether: the longest unused goes first. Bytes, because those do not live on the heap.

export interface BoundedBodies {
  get(name: string): Uint8Array | undefined;
  set(name: string, body: Uint8Array): void;
}

export function boundedBodies(mostBytes: number): BoundedBodies {
  const kept = new Map<string, Uint8Array>();
  let bytes = 0;
  return {
    get(name) {
      const body = kept.get(name);
      if (body === undefined) return undefined;
      kept.delete(name);
      kept.set(name, body);
      return body;
    },
    set(name, body) {
      bytes += body.length - (kept.get(name)?.length ?? 0);
      kept.delete(name);
      kept.set(name, body);
      for (const [oldest, { length }] of kept) {
        if (bytes <= mostBytes) return;
        kept.delete(oldest);
        bytes -= length;
      }
    },
  };
}
