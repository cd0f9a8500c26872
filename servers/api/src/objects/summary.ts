// One line of an object, from its slim projection.

import type { ClusterRecord } from '@mosaic/store';
import { healthOf } from '@mosaic/topology';
import type { ObjectSummary, Slim } from '@mosaic/wire';
import { rfc3339 } from '../asking/instants.ts';

export function summaryOf({ id, name: clusterName }: Pick<ClusterRecord, 'id' | 'name'>, slim: Slim): ObjectSummary {
  const { uid, kind, apiVersion, namespace, name, labels, reasons, phase, node, ip, owner, ready, wanted, restarts } =
    slim;
  return {
    cluster: id,
    clusterName,
    uid,
    kind,
    apiVersion,
    namespace,
    name,
    labels,
    health: healthOf(slim),
    reasons: [...reasons],
    ...(phase !== undefined && { phase }),
    ...(node !== undefined && { node }),
    ...(ip !== undefined && { ip }),
    ...(owner !== undefined && { owner }),
    ...(ready !== undefined && { ready }),
    ...(wanted !== undefined && { wanted }),
    ...(restarts !== undefined && { restarts }),
    images: [...slim.images],
    createdAt: rfc3339(slim.createdAt),
  };
}
