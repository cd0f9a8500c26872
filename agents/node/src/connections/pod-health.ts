// TCP health of each pod between two times it was asked for: its network namespace is its own, so the kernel's counters there are its.

import type { Pods } from '../ports.ts';
import { healthSince, type TcpHealth } from './health.ts';
import { soleHolder } from './holders.ts';
import type { Namespace } from './namespaces.ts';
import { readHealth } from './tables.ts';

export interface PodHealth {
  /** Undefined: the machine itself, with what runs in its network. */
  readonly podUid?: string;
  readonly health: TcpHealth;
}

/** The first time it tells nothing: counters count from their own beginning. */
export function podHealth(
  proc: string,
  pods: Pods,
): (namespaces: readonly Namespace[]) => Promise<readonly PodHealth[]> {
  let before = new Map<string, TcpHealth>();
  return async (namespaces) => {
    const now = new Map<string, TcpHealth>();
    const told: PodHealth[] = [];
    for (const namespace of namespaces) {
      const health = await readHealth(proc, namespace);
      if (health === undefined) continue;
      now.set(namespace.id, health);
      const last = before.get(namespace.id);
      const podUid = soleHolder(namespace, pods)?.podUid;
      if (last === undefined || (podUid === undefined && !namespace.isHost)) continue;
      told.push({ ...(podUid !== undefined && { podUid }), health: healthSince(last, health) });
    }
    before = now;
    return told;
  };
}
