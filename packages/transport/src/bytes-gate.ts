// A bound on bytes in hand: who comes while it is full waits in line.

export interface BytesGate {
  /** Resolves when `bytes` fit, or nothing else is inside (one too big for the gate goes alone). Call what it gives when done. */
  enter(bytes: number): Promise<() => void>;
  readonly inside: number;
}

export function bytesGate(limit: number): BytesGate {
  const line: { readonly bytes: number; readonly admit: () => void }[] = [];
  let inside = 0;
  const fits = (bytes: number) => inside === 0 || inside + bytes <= limit;
  const leave = (bytes: number) => {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      inside -= bytes;
      for (let next = line[0]; next !== undefined && fits(next.bytes); next = line[0]) {
        line.shift();
        inside += next.bytes;
        next.admit();
      }
    };
  };
  return {
    get inside() {
      return inside;
    },
    enter(bytes) {
      if (line.length === 0 && fits(bytes)) {
        inside += bytes;
        return Promise.resolve(leave(bytes));
      }
      return new Promise((resolve) => line.push({ bytes, admit: () => resolve(leave(bytes)) }));
    },
  };
}
