// Which of this node's network namespaces has an address: by the sockets in it, and by what the API server says of its pods.

import type { Pods } from '../ports.ts';
import { canonical, isLoopback, isNobodys } from './addresses.ts';
import type { Place } from './evidence.ts';
import { soleHolder } from './holders.ts';
import type { Namespace } from './namespaces.ts';

export interface Places {
  /** After each look: what there is now, with the local addresses that were found in it. */
  note(found: Found): void;
  of(ip: string): Place | undefined;
  /** Also by addresses that only the machine itself calls from. */
  ofCaller(ip: string): Place | undefined;
}

export interface Found {
  readonly at: number;
  readonly namespaces: readonly Namespace[];
  /** By namespace: local addresses of its sockets. */
  readonly addresses: ReadonlyMap<string, ReadonlySet<string>>;
  readonly ofHost: ReadonlySet<string>;
}

interface Known {
  readonly since: number;
  addresses: Set<string>;
}

export function places(pods: Pods): Places {
  const known = new Map<string, Known>();
  let byIp = new Map<string, Place>();
  let host: Place = { since: 0 };
  let own: ReadonlySet<string> = new Set();

  const put = (ip: string, place: Place): void => {
    if (isLoopback(ip) || isNobodys(ip)) return;
    const other = byIp.get(ip);
    const isSame = other === undefined || other.within === place.within;
    // Of an address that two have, only that it is this node's is known.
    byIp.set(ip, isSame ? { ...other, ...place } : { since: Math.max(other.since, place.since) });
  };

  return {
    note({ namespaces, addresses, ofHost, at }) {
      const alive = new Set(namespaces.map(({ id }) => id));
      for (const id of known.keys()) if (!alive.has(id)) known.delete(id);
      byIp = new Map();
      const byPod = new Map<string, Place>();
      host = { since: at };
      own = ofHost;
      for (const namespace of namespaces) {
        const { id, isHost } = namespace;
        const entry = known.get(id) ?? { since: at, addresses: new Set<string>() };
        known.set(id, entry);
        // The machine's own addresses come and go; a pod's stay as long as its namespace.
        if (isHost) entry.addresses = new Set();
        for (const ip of addresses.get(id) ?? []) entry.addresses.add(ip);
        const holder = soleHolder(namespace, pods);
        const place = { within: id, since: entry.since, ...(holder && { holder }) };
        if (isHost) host = place;
        else if (holder?.podUid !== undefined) byPod.set(holder.podUid, place);
        for (const ip of entry.addresses) put(ip, place);
      }
      for (const { uid, ips, hostNetwork } of pods.all())
        for (const ip of ips) put(canonical(ip), hostNetwork ? host : (byPod.get(uid) ?? { since: at }));
    },
    of: (ip) => byIp.get(ip),
    ofCaller: (ip) => byIp.get(ip) ?? (own.has(ip) ? { ...host, since: 0, holder: { isMachine: true } } : undefined),
  };
}
