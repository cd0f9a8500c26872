// The Kubernetes API of the past: /at/{instant}/{cluster}/… for kubectl and everything else that speaks to an API server.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { apiHandler, type Place } from '@mosaic/apiserver';
import type { ClusterRecord } from '@mosaic/store';
import type { Asking } from '../asking/asking.ts';
import { rfc3339 } from '../asking/instants.ts';
import { bodies } from './bodies.ts';
import { definedKinds, seenKinds, serves } from './kinds-at.ts';
import { pastSource } from './source.ts';
import { stateViews } from './state-view.ts';
import { told } from './statuses.ts';
import { isPast, type Where, whereOf } from './where.ts';

export interface Past {
  /** Answers paths below /at; false for those it leaves to others. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
}

export type PastAsking = Pick<Asking, 'store' | 'clusters' | 'moments' | 'coverage' | 'now'>;

export function past(asking: PastAsking): Past {
  const manifests = bodies(asking.store, asking.coverage.watchedSince, asking.now);
  const views = stateViews(asking.moments);
  const kindsAt = definedKinds(asking.store, manifests);

  const kindsFor = async (cluster: ClusterRecord, at: number, path: string) => {
    const defined = await kindsAt(cluster, at);
    const [, apiVersion = '', resource = ''] = RESOURCE.exec(path) ?? [];
    if (serves(defined, apiVersion.replace(/^apis?\//, ''), resource)) return defined;
    return seenKinds(defined, await views(cluster, at));
  };
  const placeOf = (path: string, request: IncomingMessage): Promise<Place> =>
    told(async () => {
      const query = new URL(request.url ?? '/', 'http://past').searchParams;
      const where = whereOf(path, query, asking.now());
      const { at, prefix, speed } = where;
      const cluster = await asking.clusters.one(where.cluster);
      const kinds = await kindsFor(cluster, at, path.slice(prefix.length));
      const source = pastSource({ asking, bodies: manifests, views, cluster, at, speed, kinds });
      return { source, prefix, readOnlyBecause: readOnlyBecause(cluster, where) };
    });

  const answer = apiHandler(placeOf);
  return {
    handle(request, response) {
      const url = request.url ?? '/';
      if (!isPast(url.split('?', 1)[0] ?? '')) return false;
      answer(request, response);
      return true;
    },
  };
}

/** `/api/v1/namespaces/shop/pods/a` and `/apis/apps/v1/deployments`: group and version, then the resource. */
const RESOURCE = /^\/(api\/[^/]+|apis\/[^/]+\/[^/]+)\/(?:namespaces\/[^/]+\/(?=[^/]))?([^/]+)/;

const readOnlyBecause = ({ name }: ClusterRecord, { at }: Where): string =>
  `this is the past: ${name} as it was at ${rfc3339(at)}, and nothing can be changed then. To act now, use the cluster's own context: kubectl --context ${name} …`;
