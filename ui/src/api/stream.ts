// The live graph: server-sent events, and when they cannot be had, a question every few seconds. Says which of the two it is.

import type { TopologyDelta } from '@mosaic/wire';
import { address, type Query } from './ask.ts';
import { STREAM } from './questions.ts';

export type StreamState = 'streaming' | 'polling' | 'lost';

export interface StreamTold {
  readonly delta: (delta: TopologyDelta) => void;
  /** Read everything again. */
  readonly resync: () => void;
  readonly progress: (share: number) => void;
  readonly state: (state: StreamState) => void;
}

const POLL_MS = 5000;
const RETRY_STREAM_MS = 30_000;

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const shareOf = (said: unknown): number | undefined => {
  if (typeof said === 'number') return said;
  if (typeof said !== 'object' || said === null || !('progress' in said)) return undefined;
  return typeof said.progress === 'number' ? said.progress : undefined;
};

/** Follows the live graph until the returned function is called. */
export function followTopology(query: Query, told: StreamTold, Source: typeof EventSource | undefined): () => void {
  let polling: ReturnType<typeof setInterval> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource | undefined;
  let everOpen = false;

  function poll(): void {
    told.state(everOpen ? 'lost' : 'polling');
    polling ??= setInterval(told.resync, POLL_MS);
  }
  function calm(): void {
    clearInterval(polling);
    polling = undefined;
    told.state('streaming');
  }
  function open(): void {
    if (Source === undefined) {
      poll();
      return;
    }
    source = new Source(address(STREAM, query));
    source.addEventListener('open', () => {
      if (everOpen) told.resync();
      everOpen = true;
      calm();
    });
    source.addEventListener('topology', (e) => {
      const delta = readJson(e.data);
      // the server's promise: topologyDeltaSchema
      if (delta !== undefined) told.delta(delta as TopologyDelta);
    });
    source.addEventListener('resync', () => told.resync());
    source.addEventListener('progress', (e) => {
      const share = shareOf(readJson(e.data));
      if (share !== undefined) told.progress(share);
    });
    source.addEventListener('error', () => {
      poll();
      if (source?.readyState !== 2) return;
      source.close();
      again = setTimeout(open, RETRY_STREAM_MS);
    });
  }
  open();
  return () => {
    source?.close();
    clearInterval(polling);
    clearTimeout(again);
  };
}
