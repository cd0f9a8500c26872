// What observers found by the processes that hold the sockets: it names an address for whoever sees the same connection from its other end.

import type { Connection } from '@mosaic/wire';
import { canonical, isLinkLocal } from './addresses.ts';

export interface Window {
  readonly from: number;
  readonly to: number;
}

export interface Witnesses {
  /** Uids of pods whose process listened there within the window, each once. */
  listening(ip: string, port: number, protocol: string, node: string, window: Window): readonly string[];
  /** Uids of pods that called from this address within the window. */
  calling(ip: string, node: string, window: Window): readonly string[];
}

interface Sight extends Window {
  readonly uid: string;
}

export function witnesses(connections: readonly Connection[]): Witnesses {
  const listeners = new Map<string, Sight[]>();
  const callers = new Map<string, Sight[]>();
  for (const { at, until, node, protocol, client, server } of connections) {
    const window = { from: at, to: until };
    if (server.podUid !== undefined)
      note(listeners, doorOf(server.ip, server.port, protocol, node), server.podUid, window);
    if (client.podUid !== undefined) note(callers, placeOf(client.ip, node), client.podUid, window);
  }
  return {
    listening: (ip, port, protocol, node, window) => within(listeners.get(doorOf(ip, port, protocol, node)), window),
    calling: (ip, node, window) => within(callers.get(placeOf(ip, node)), window),
  };
}

/** A link-local address is one of its node's only. */
function placeOf(ip: string, node: string): string {
  const address = canonical(ip);
  return isLinkLocal(address) ? `${address}%${node}` : address;
}

const doorOf = (ip: string, port: number, protocol: string, node: string): string =>
  `${placeOf(ip, node)} ${port}/${protocol}`;

function note(sights: Map<string, Sight[]>, key: string, uid: string, { from, to }: Window): void {
  const known = sights.get(key);
  const same = known?.find((sight) => sight.uid === uid && sight.from === from && sight.to === to);
  if (known === undefined) sights.set(key, [{ uid, from, to }]);
  else if (same === undefined) known.push({ uid, from, to });
}

const within = (sights: readonly Sight[] | undefined, { from, to }: Window): readonly string[] =>
  sights === undefined
    ? []
    : [...new Set(sights.filter((sight) => sight.from < to && sight.to > from).map(({ uid }) => uid))];
