// Why is this edge here? What was read, where, and by which rule.

import type { EdgeExplanation, Level, Relation } from '@mosaic/wire';
import { parseEdgeId, parseNodeId } from '@mosaic/wire';
import { graphOf } from './graph.ts';
import { type ClusterObjects, sceneOf } from './scene.ts';

const MOST_OBSERVATIONS = 50;

const RULES: Readonly<Record<Relation, string>> = {
  connects: 'A connection was seen between the two.',
  owns: 'The controlling owner reference, followed up to what stands at this level.',
  selects: "The Service's label selector matches the labels of the pods, in its namespace.",
  routes: 'A rule or default backend of the Ingress names the Service.',
  mounts: 'A volume, env or envFrom of the pod template names it.',
  scheduledOn: 'The pod is bound to this Node.',
  scales: 'The scale target of the autoscaler names it.',
  protects: "The disruption budget's label selector matches the pods, in its namespace.",
  declared:
    'The name of the Service stands in env, args or a mounted ConfigMap, and a Service of that name exists at this instant. It says that a connection is meant, not that one was made.',
};

export type Explanation = Omit<EdgeExplanation, 'at' | 'coverage'>;

/** Undefined when no such edge stands at that moment. */
export function explainEdge(clusters: readonly ClusterObjects[], id: string): Explanation | undefined {
  const parts = parseEdgeId(id);
  const cluster = parts && clusters.find((one) => one.id === parseNodeId(parts.from)?.cluster);
  if (parts === undefined || cluster === undefined) return undefined;
  const scene = sceneOf(cluster);
  for (const level of levelsOf(parts.relation)) {
    const observations: Explanation['observations'] = [];
    const { edges } = graphOf(scene, level, (edge, { slim, where }) => {
      if (edge.id !== id || observations.length >= MOST_OBSERVATIONS) return;
      const { kind, namespace, name, uid } = slim;
      observations.push({ kind, namespace, name, uid, where });
    });
    const edge = edges.find((one) => one.id === id);
    if (edge !== undefined) return { ...told(edge.relation), ...parts, id, observations };
  }
  return undefined;
}

const levelsOf = (relation: Relation): readonly Level[] =>
  relation === 'scheduledOn' ? ['pod'] : ['workload', 'pod', 'namespace', 'container'];

const told = (relation: Relation): Pick<Explanation, 'rule' | 'method' | 'confidence'> => ({
  rule: RULES[relation],
  method: relation === 'declared' ? 'read from configuration' : 'read from the Kubernetes API',
  confidence: relation === 'declared' ? 0.5 : 1,
});
