// Ports by which sidecars take in what their pod sends and what it is sent.

import type { Connection } from '@mosaic/wire';
import { isLoopback } from './addresses.ts';

/** Istio's and Linkerd's: a pod's own calls are redirected here. */
const OUTBOUND: ReadonlySet<number> = new Set([15_001, 4140]);
/** What comes in is taken at these, or travels in a tunnel (HBONE, Linkerd's transport) that ends at them. */
const INBOUND: ReadonlySet<number> = new Set([15_006, 15_008, 4143]);

/** A call on its way into the sidecar of its own pod. */
export function isOutboundHop({ client, server }: Connection, clientIp: string, serverIp: string): boolean {
  if (!OUTBOUND.has(server.port)) return false;
  const isOwnPod = client.podUid !== undefined && client.podUid === server.podUid;
  return isOwnPod || clientIp === serverIp || isLoopback(serverIp);
}

export const isInboundPort = (port: number): boolean => INBOUND.has(port);
