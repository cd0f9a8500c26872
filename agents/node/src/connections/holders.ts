// A process, or a namespace that is one pod's → the pod's uid and the container's name, as the API server calls them.

import type { PodOnNode, Pods } from '../ports.ts';
import type { Holder } from './flow.ts';
import type { Namespace } from './namespaces.ts';
import type { Belongs } from './processes.ts';

/** Undefined for processes of no pod. A static pod that the API server does not tell of (yet) has no uid of ours. */
export function holderOf({ container, podUid }: Belongs, pods: Pods): Holder | undefined {
  const pod = podOf({ ...(container && { container }), ...(podUid && { podUid }) }, pods);
  const uid = pod?.uid ?? (podUid?.includes('-') ? podUid : undefined);
  if (uid === undefined) return undefined;
  const name = pod?.containers.find(({ id }) => id !== '' && id === container)?.name;
  return { podUid: uid, ...(name !== undefined && { container: name }) };
}

const podOf = ({ container, podUid }: Belongs, pods: Pods): PodOnNode | undefined =>
  (podUid === undefined ? undefined : pods.byUid(podUid)) ??
  (container === undefined ? undefined : pods.byContainer(container));

/** Where all processes are one container's, its sockets need no search. */
export function soleHolder({ isHost, podUid, processes }: Namespace, pods: Pods): Holder | undefined {
  if (isHost || podUid === undefined) return undefined;
  const containers = new Set(processes.filter(({ isPause }) => !isPause).map(({ container }) => container));
  const [container] = containers;
  return holderOf({ podUid, ...(containers.size === 1 && container !== undefined && { container }) }, pods);
}

/** Whether which process holds a socket says more than whose namespace it is in. */
export const isShared = ({ isHost, podUid, processes }: Namespace): boolean =>
  isHost ||
  podUid === undefined ||
  new Set(processes.filter(({ isPause }) => !isPause).map(({ container }) => container)).size > 1;
