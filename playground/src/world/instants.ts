// Instants as Kubernetes writes them.

/** `2026-11-20T03:12:00Z`. */
export const isoSecond = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** RFC 3339 with microseconds, as in events and leases. */
export const isoMicro = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');

/** The second of now, written once and kept while it lasts: a stamp is on every write. */
export function stamper(now: () => number): () => string {
  let stampedAt = -1;
  let stamped = '';
  return () => {
    const second = Math.floor(now() / 1000);
    if (second !== stampedAt) {
      stampedAt = second;
      stamped = isoSecond(second * 1000);
    }
    return stamped;
  };
}
