// One line of a container runtime's log file, `<instant> <stdout|stderr> <P|F> <text>`.
// https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md

import type { Channel } from '@mosaic/wire';
import { type Instant, readInstant } from './instant.ts';

/** Filled anew for each line; the text is `[from, to)` of `bytes`. */
export interface ReadLine extends Instant {
  channel: Channel;
  /** More of this line follows. */
  isPartial: boolean;
  bytes: Uint8Array;
  from: number;
  to: number;
}

export const readLine = (): ReadLine => ({
  at: 0,
  nanos: 0,
  channel: 'stdout',
  isPartial: false,
  bytes: new Uint8Array(0),
  from: 0,
  to: 0,
});

const SPACE = 0x20;

/** `[from, to)` is the line without its break. False when it is no such line; `into` is undefined then. */
export function readCri(bytes: Uint8Array, from: number, to: number, into: ReadLine): boolean {
  const channelAt = readInstant(bytes, from, to, into) + 1;
  if (channelAt === 0 || bytes[channelAt - 1] !== SPACE || channelAt + 8 > to) return false;
  if (bytes[channelAt] !== 0x73 || bytes[channelAt + 1] !== 0x74 || bytes[channelAt + 2] !== 0x64) return false;
  const kind = bytes[channelAt + 3];
  if ((kind !== 0x6f && kind !== 0x65) || bytes[channelAt + 6] !== SPACE) return false;
  const tag = bytes[channelAt + 7];
  if (tag !== 0x50 && tag !== 0x46) return false;
  let end = channelAt + 8;
  while (end < to && bytes[end] !== SPACE) end++;
  into.channel = kind === 0x65 ? 'stderr' : 'stdout';
  into.isPartial = tag === 0x50;
  into.bytes = bytes;
  into.from = Math.min(end + 1, to);
  into.to = to;
  return true;
}
