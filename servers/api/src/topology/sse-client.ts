// One open page: a bounded queue towards it. A page that does not keep up gets one `resync` and loses the rest.

import type { Response } from 'express';

/** Bytes the kernel and Node may hold for a slow reader. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024;

export interface SseMessage {
  readonly event: string;
  readonly id?: string;
  readonly data?: unknown;
}

export interface SseClient {
  send(message: SseMessage): void;
  beat(): void;
  /** Told once, when the page has gone. */
  onClose(told: () => void): void;
  end(): void;
}

type Outlet = Pick<Response, 'write' | 'end' | 'once' | 'writableLength' | 'destroyed'>;

export function sseClient(response: Outlet, mostWaiting = MOST_WAITING_BYTES): SseClient {
  let isLate = false;
  const write = (text: string): void => {
    if (!response.destroyed) response.write(text);
  };
  const send = (message: SseMessage): void => {
    if (isLate) return;
    if (response.writableLength <= mostWaiting) {
      write(textOf(message));
      return;
    }
    isLate = true;
    write(textOf({ event: 'resync' }));
    response.once('drain', () => {
      isLate = false; // from here on the page has read again and steps fit on what it read
    });
  };
  return {
    send,
    beat: () => write(': beat\n\n'),
    onClose: (told) => void response.once('close', told),
    end: () => void response.end(),
  };
}

/** `resync` has no data to speak of, but an event without data is not told to the page (WHATWG HTML, server-sent events). */
export function textOf({ event, id, data }: SseMessage): string {
  const head = `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\n`;
  return `${head}data: ${data === undefined ? '{}' : JSON.stringify(data)}\n\n`;
}
