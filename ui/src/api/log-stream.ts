// Lines as they are written: server-sent events. What was dropped on the way is said, so that it can be read again.

import type { LogLineAnswer } from '@mosaic/wire';
import { address } from './ask.ts';
import { LOG_STREAM, type LogFilter } from './questions.ts';

export interface LogsTold {
  readonly line: (line: LogLineAnswer) => void;
  /** The stream is there (again), or lines were dropped: read the newest. */
  readonly resync: () => void;
  readonly state: (state: 'following' | 'lost') => void;
}

const RETRY_MS = 5000;
const CLOSED = 2;

function readLine(text: string): LogLineAnswer | undefined {
  try {
    // the server's promise: logLineSchema
    return JSON.parse(text) as LogLineAnswer;
  } catch {
    return undefined;
  }
}

/** Follows until the returned function is called; a refused stream is tried again. */
export function followLogs(filter: LogFilter, told: LogsTold, Source: typeof EventSource): () => void {
  let source: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  function open(): void {
    source = new Source(address(LOG_STREAM, { ...filter }));
    source.addEventListener('open', () => {
      told.state('following');
      told.resync();
    });
    source.addEventListener('log', (event: MessageEvent<string>) => {
      const line = readLine(event.data);
      if (line !== undefined) told.line(line);
    });
    source.addEventListener('resync', () => told.resync());
    source.addEventListener('error', () => {
      told.state('lost');
      if (source?.readyState !== CLOSED) return;
      source.close();
      again = setTimeout(open, RETRY_MS);
    });
  }
  open();
  return () => {
    source?.close();
    clearTimeout(again);
  };
}
