// The map: at a moment, between two, why an edge is there.

import { diffGraphs, explainConnection, explainEdge } from '@mosaic/topology';
import {
  type EdgeExplanation,
  edgeExplanationSchema,
  LEVELS,
  parseEdgeId,
  parseNodeId,
  type TopologyAnswer,
  type TopologyDiffAnswer,
  topologyDiffSchema,
  topologySchema,
} from '@mosaic/wire';
import type { Asking } from '../asking/asking.ts';
import { rfc3339 } from '../asking/instants.ts';
import type { Moment } from '../asking/moments.ts';
import { notKnown } from '../asking/problem.ts';
import { checkSpan, oneOf, type RawQuery, readQuery, shared, words } from '../asking/query.ts';
import type { Endpoint } from '../openapi/endpoint.ts';
import { connectionFacts } from './connection-facts.ts';
import type { TopologyStream } from './stream.ts';

const graphShape = {
  level: oneOf(LEVELS, 'What the nodes are', 'workload'),
  cluster: shared.cluster,
  namespace: shared.namespace,
  q: words('Part of a name, namespace, kind or image'),
};
export const topologyShape = { ...graphShape, at: shared.at };
const diffShape = { ...graphShape, from: shared.from, to: shared.to };
const explainShape = { at: shared.at };

export const topologyEndpoints: readonly Endpoint[] = [
  {
    path: '/topology',
    about: 'The graph at a moment; node ids are stable over time',
    query: topologyShape,
    answer: topologySchema,
  },
  {
    path: '/topology/diff',
    about: 'What was added, removed and changed between two moments, with reasons',
    query: diffShape,
    answer: topologyDiffSchema,
  },
  {
    path: '/topology/edges/{id}/explain',
    about: 'Why an edge is there',
    query: explainShape,
    answer: edgeExplanationSchema,
  },
  {
    path: '/topology/stream',
    about:
      'Server-sent events: `topology` (a delta), `resync` (read /topology again), `progress`. Resumable by Last-Event-ID',
    query: graphShape,
    stream: true,
  },
];
export const streamShape = graphShape;

export interface Topology {
  at(query: RawQuery): Promise<TopologyAnswer>;
  diff(query: RawQuery): Promise<TopologyDiffAnswer>;
  explain(id: string, query: RawQuery): Promise<EdgeExplanation>;
}

export function topology(
  { store, clusters, moments, graphs, now }: Asking,
  stream?: Pick<TopologyStream, 'served'>,
): Topology {
  /** An edge between two clusters may be told by the nodes of either. */
  const seen = async (read: readonly Moment[], id: string, at: number) => {
    for (const moment of read) {
      const facts = await connectionFacts(store, moment, at);
      const found = explainConnection({ id, cluster: moment, ...facts, minutes: moment.edges ?? [] });
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return {
    async at(query) {
      const { at, cluster, ...wish } = readQuery(topologyShape, query, now());
      const asked = await clusters.among(cluster);
      const read = await moments.drawn(asked, at);
      const graph = graphs(read, wish);
      if (read.every(({ isLive }) => isLive))
        stream?.served({ level: wish.level, cluster, namespace: wish.namespace, q: wish.q }, graph);
      const { nodes, edges } = graph;
      const coverage = await moments.coverage(asked, read, at);
      return { at: rfc3339(at), level: wish.level, nodes: [...nodes], edges: [...edges], coverage };
    },
    async diff(query) {
      const { from, to, cluster, ...wish } = readQuery(diffShape, query, now());
      checkSpan({ from, to });
      const asked = await clusters.among(cluster);
      const [before, after] = await Promise.all([moments.drawn(asked, from), moments.drawn(asked, to)]);
      const differences = diffGraphs(graphs(before, wish), graphs(after, wish));
      const [early, late] = await Promise.all([
        moments.coverage(asked, before, from),
        moments.coverage(asked, after, to),
      ]);
      const gaps = [...early.gaps, ...late.gaps];
      return {
        from: rfc3339(from),
        to: rfc3339(to),
        level: wish.level,
        ...differences,
        coverage: { complete: gaps.length === 0, gaps },
      };
    },
    async explain(id, query) {
      const { at } = readQuery(explainShape, query, now());
      const parts = parseEdgeId(id);
      const named = [parts?.from, parts?.to].map((end) => end && parseNodeId(end)?.cluster);
      const own = (await clusters.all()).filter((cluster) => named.includes(cluster.id));
      const read = await moments.drawn(own, at);
      const found = parts?.relation === 'connects' ? await seen(read, id, at) : explainEdge(read, id);
      if (found === undefined) throw notKnown(`no edge ${id} at ${rfc3339(at)}`);
      return { ...found, at: rfc3339(at), coverage: await moments.coverage(own, read, at) };
    },
  };
}
