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
