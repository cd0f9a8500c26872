export { addressesIn, canonical } from './connections/addresses.ts';
export { type ConnectionQuestion, explainConnection, type Observed } from './connections/explain-connection.ts';
export { type AddressLease, type Known, type KnownFacts, known } from './connections/known.ts';
export { livesOf, standIn } from './connections/lives.ts';
export { edgesOfMinute, type MinuteEdges, type MinuteFacts, resolvedOf } from './connections/minute.ts';
export { BOUNDARY_MS, type Called, type Resolved } from './connections/resolve.ts';
export { SKEWS_BEFORE_MS, type Skew, skewsFrom } from './connections/skews.ts';
export { type Doors, doorsOf, type Side, stitch } from './connections/stitch.ts';
export { EDGE_WINDOW_MS, edgeSpan, type MinuteOfEdges } from './connections/window.ts';
export {
  applyDelta,
  type Differences,
  deltaOf,
  diffGraphs,
  type GraphDiff,
  isSame,
  stepGraph,
} from './diff.ts';
export { type Explanation, explainEdge } from './explain.ts';
export { type Graph, type GraphQuestion, graphAt, graphOf } from './graph.ts';
export { healthOf, healthRank, isWorse, worst } from './health.ts';
export { COMPANION_KINDS, versionOf, WORKLOAD_KINDS } from './kinds.ts';
export { type Objects, type Owned, topmostOwner, type Workload, workloadOf } from './owners.ts';
export { type ClusterObjects, type Scene, sceneOf } from './scene.ts';
export { matches } from './selector.ts';
export { clusterNodeId, namespaceId, verdict, workloadNode } from './workload.ts';
