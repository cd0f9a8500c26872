// Whose halves of a call came so far: the caller's span and the answerer's are sent by two programs, seldom in one request.

import type { Endpoint } from '@mosaic/wire';

/** What is remembered of a span: enough to make a call of it later. */
export interface SeenSpan {
  /** Trace and span of the caller, the same for both halves. */
  readonly call: string;
  readonly side: 'client' | 'server';
  readonly own: Omit<Endpoint, 'port'>;
  /** Whom it spoke to by its own attributes, if they say. */
  readonly other?: Endpoint;
  /** Served at, as this side knows; 0 = unknown. */
  readonly port: number;
  /** Called at, as a client knows. */
  readonly calledPort: number;
  readonly node: string;
  readonly system: string;
  readonly at: number;
  readonly ms: number;
  readonly isError: boolean;
}

export interface SpanHalves {
  /** The other half, when it came within the last minute. */
  of(cluster: number, span: SeenSpan): SeenSpan | undefined;
  keep(cluster: number, span: SeenSpan): void;
}

/** SDKs send every 5 s, collectors every 10: what has not come in a minute went to another receiver, or was not sampled. */
const REMEMBERED_MS = 60_000;
/** About 10 MB; beyond it the oldest are forgotten, and calls are told by addresses alone. */
const MOST_REMEMBERED = 20_000;

export function spanHalves(now: () => number): SpanHalves {
  const kept = new Map<string, { readonly span: SeenSpan; readonly since: number }>();
  const keyOf = (cluster: number, side: SeenSpan['side'], call: string): string => `${cluster} ${side} ${call}`;
  return {
    of(cluster, { side, call }) {
      const found = kept.get(keyOf(cluster, side === 'client' ? 'server' : 'client', call));
      return found && now() - found.since <= REMEMBERED_MS ? found.span : undefined;
    },
    keep(cluster, span) {
      const key = keyOf(cluster, span.side, span.call);
      kept.delete(key); // it goes to the end: the map stays in the order of coming
      kept.set(key, { span, since: now() });
      for (const [oldest, { since }] of kept) {
        if (kept.size <= MOST_REMEMBERED && now() - since <= REMEMBERED_MS) break;
        kept.delete(oldest);
      }
    },
  };
}
