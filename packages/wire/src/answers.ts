// What the API answers, as the page and other clients read it. Instants out are RFC 3339 with milliseconds; the API checks its own answers against these in tests.

import { z } from 'zod';
import { connectionEvidenceSchema } from './answers-evidence.ts';
import { signalSchema } from './chunk.ts';
import { instantSchema } from './instants.ts';
import { RELATIONS } from './slim.ts';

export const healthSchema = z.enum(['well', 'degraded', 'broken', 'unknown']);
export const relationSchema = z.enum(RELATIONS);
export const LEVELS = ['cluster', 'namespace', 'workload', 'pod', 'container', 'node'] as const;
export const levelSchema = z.enum(LEVELS);
export type Level = z.infer<typeof levelSchema>;

export const gapSchema = z.object({
  cluster: z.number().int(),
  source: z.string().optional(),
  signal: signalSchema,
  kind: z.string().optional(),
  from: instantSchema,
  to: instantSchema,
  reason: z.string(),
});
export type GapAnswer = z.infer<typeof gapSchema>;

export const coverageSchema = z.object({ complete: z.boolean(), gaps: z.array(gapSchema) });
export type CoverageAnswer = z.infer<typeof coverageSchema>;

/** `{ items, next?, coverage }` of every list. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().optional(), coverage: coverageSchema });
export interface ListAnswer<T> {
  readonly items: readonly T[];
  readonly next?: string;
  readonly coverage: CoverageAnswer;
}

/** RFC 9457. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  errors: z.array(z.object({ field: z.string(), expected: z.string(), got: z.string() })).optional(),
  id: z.string(),
});
export type Problem = z.infer<typeof problemSchema>;

export const agentSchema = z.object({
  name: z.string(),
  version: z.string(),
  lastSeen: instantSchema,
  spoolBytes: z.number(),
  skewMs: z.number(),
  state: z.enum(['watching', 'late', 'gone']),
});

export const clusterSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  /** `watching`: an agent is sending; `late`: it was; `silent`: never or long ago; `backfilling`: the playground's past is being written. */
  status: z.enum(['watching', 'late', 'silent', 'backfilling']),
  kind: z.enum(['playground', 'kubernetes', 'intake']),
  version: z.string().optional(),
  /** First instant this cluster was watched. */
  watchedSince: instantSchema.optional(),
  agents: z.array(agentSchema),
  /** Per signal: whether anything sends it, and up to when. */
  signals: z.array(
    z.object({
      signal: signalSchema,
      state: z.enum(['watching', 'late', 'absent']),
      coveredTo: instantSchema.optional(),
      hint: z.string().optional(),
    }),
  ),
  retention: z.record(z.string(), z.object({ days: z.number(), bytes: z.number().optional() })),
  objects: z.number().int().optional(),
  health: healthSchema.optional(),
  /** 0…1 while back-filling. */
  progress: z.number().optional(),
});
export type ClusterAnswer = z.infer<typeof clusterSchema>;

export const podDotSchema = z.object({ id: z.string(), name: z.string(), health: healthSchema });

export const topologyNodeSchema = z.object({
  /** Stable over time and lives: `1:Deployment:shop:checkout`. */
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  namespace: z.string(),
  /** Enrolled id. */
  cluster: z.number().int(),
  clusterName: z.string(),
  /** Of the newest life at this instant; absent on groups (cluster, namespace). */
  uid: z.string().optional(),
  apiVersion: z.string().optional(),
  parent: z.string().optional(),
  health: healthSchema,
  reasons: z.array(z.string()),
  counts: z.object({
    pods: z.number().int(),
    ready: z.number().int(),
    wanted: z.number().int(),
    restarts: z.number().int(),
    /** Members by health, on groups. */
    well: z.number().int().optional(),
    degraded: z.number().int().optional(),
    broken: z.number().int().optional(),
    unknown: z.number().int().optional(),
    workloads: z.number().int().optional(),
  }),
  /** One square per pod, at most 24. */
  pods: z.array(podDotSchema).optional(),
  images: z.array(z.string()).optional(),
  /** Tag of the first image: `1.9.0`. */
  version: z.string().optional(),
  node: z.string().optional(),
  ip: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  createdAt: instantSchema.optional(),
  /** Not watched at this instant; known from what objects prove. */
  reconstructed: z.boolean().optional(),
});
export type TopologyNode = z.infer<typeof topologyNodeSchema>;

export const topologyEdgeSchema = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  relation: relationSchema,
  port: z.number().int().optional(),
  protocol: z.string().optional(),
  /** Connections or requests per second. */
  rate: z.number().optional(),
  /** Bytes per second. */
  bytes: z.number().optional(),
  /** Share 0…1. */
  failed: z.number().optional(),
  /** Where a relation was read: `env PAYMENTS_HOST`. Of a connection: the Service that was called. */
  via: z.string().optional(),
  /** Share of segments sent again, 0…1, where known. */
  retransmits: z.number().optional(),
  /** Requests inside, where spans told: per second, share of errors, milliseconds. */
  requests: z
    .object({ rate: z.number(), errors: z.number(), p50: z.number(), p95: z.number(), system: z.string().optional() })
    .optional(),
  health: healthSchema.optional(),
  /** Of a connection: how sure its ends are, 0…1. */
  confidence: z.number().optional(),
});
export type TopologyEdge = z.infer<typeof topologyEdgeSchema>;

export const topologySchema = z.object({
  at: instantSchema,
  level: levelSchema,
  nodes: z.array(topologyNodeSchema),
  edges: z.array(topologyEdgeSchema),
  coverage: coverageSchema,
});
export type TopologyAnswer = z.infer<typeof topologySchema>;

const changedSchema = <T extends z.ZodType>(thing: T) =>
  z.object({ before: thing, after: thing, reasons: z.array(z.string()) });
export const topologyDiffSchema = z.object({
  from: instantSchema,
  to: instantSchema,
  level: levelSchema,
  nodes: z.object({
    added: z.array(topologyNodeSchema),
    removed: z.array(topologyNodeSchema),
    changed: z.array(changedSchema(topologyNodeSchema)),
  }),
  edges: z.object({
    added: z.array(topologyEdgeSchema),
    removed: z.array(topologyEdgeSchema),
    changed: z.array(changedSchema(topologyEdgeSchema)),
  }),
  coverage: coverageSchema,
});
export type TopologyDiffAnswer = z.infer<typeof topologyDiffSchema>;

/** Why an edge is there: what was read, where, and by which rule. */
export const edgeExplanationSchema = z.object({
  id: z.string(),
  relation: relationSchema,
  from: z.string(),
  to: z.string(),
  at: instantSchema,
  /** How it was learnt: `read from the Kubernetes API`. */
  method: z.string(),
  rule: z.string(),
  /** 0…1. */
  confidence: z.number(),
  /** The objects that say so, at most 50; `where`: `env PAYMENTS_HOST`. */
  observations: z.array(
    z.object({ kind: z.string(), namespace: z.string(), name: z.string(), uid: z.string(), where: z.string() }),
  ),
  /** Of an edge that was seen: its newest observations, at most 50. */
  connections: z.array(connectionEvidenceSchema).optional(),
  coverage: coverageSchema,
});
export type EdgeExplanation = z.infer<typeof edgeExplanationSchema>;

/** SSE `event: topology` of `/topology/stream`; `event: resync` has no data: read `/topology` again. `event: progress` while back-filling. */
export const topologyDeltaSchema = z.object({
  at: instantSchema,
  upserted: z.object({ nodes: z.array(topologyNodeSchema), edges: z.array(topologyEdgeSchema) }),
  removed: z.object({ nodes: z.array(z.string()), edges: z.array(z.string()) }),
});
export type TopologyDelta = z.infer<typeof topologyDeltaSchema>;

export const objectSummarySchema = z.object({
  cluster: z.number().int(),
  clusterName: z.string(),
  uid: z.string(),
  kind: z.string(),
  apiVersion: z.string(),
  namespace: z.string(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  health: healthSchema,
  reasons: z.array(z.string()),
  phase: z.string().optional(),
  node: z.string().optional(),
  ip: z.string().optional(),
  owner: z.string().optional(),
  ready: z.number().optional(),
  wanted: z.number().optional(),
  restarts: z.number().optional(),
  images: z.array(z.string()),
  createdAt: instantSchema,
  deletedAt: instantSchema.optional(),
  reconstructed: z.boolean().optional(),
});
export type ObjectSummary = z.infer<typeof objectSummarySchema>;

export const fieldDiffSchema = z.object({
  path: z.string(),
  op: z.enum(['add', 'remove', 'replace']),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
});

export const objectAtSchema = objectSummarySchema.extend({
  at: instantSchema,
  /** The manifest as it was, redacted, `metadata.resourceVersion` included, managedFields apart. */
  manifest: z.record(z.string(), z.unknown()),
  revision: z.object({ at: instantSchema, resourceVersion: z.string() }),
  owners: z.array(z.object({ kind: z.string(), name: z.string(), uid: z.string(), id: z.string() })),
  coverage: coverageSchema,
});
export type ObjectAt = z.infer<typeof objectAtSchema>;

export const revisionSchema = z.object({
  at: instantSchema,
  resourceVersion: z.string(),
  op: z.enum(['add', 'modify', 'delete']),
  actor: z.string().optional(),
  summary: z.string(),
  severity: z.number().int(),
  diff: z.array(fieldDiffSchema),
  reconstructed: z.string().optional(),
});
export type RevisionAnswer = z.infer<typeof revisionSchema>;

export const objectDiffSchema = z.object({
  from: instantSchema,
  to: instantSchema,
  items: z.array(fieldDiffSchema),
  coverage: coverageSchema,
});
export type ObjectDiffAnswer = z.infer<typeof objectDiffSchema>;

export const blameLineSchema = z.object({
  path: z.string(),
  value: z.unknown(),
  manager: z.string(),
  /** What was done, where something that is kept tells: `kubectl edit`, `helm release shop`, a change's cause. */
  action: z.string().optional(),
  operation: z.string().optional(),
  /** When it was set to this value. */
  at: instantSchema.optional(),
  /** What is kept begins with this value: it was set at `at` or before. */
  orBefore: z.boolean().optional(),
  subresource: z.string().optional(),
});
export const blameSchema = z.object({ at: instantSchema, items: z.array(blameLineSchema), coverage: coverageSchema });
export type BlameAnswer = z.infer<typeof blameSchema>;

export const changeSchema = z.object({
  at: instantSchema,
  cluster: z.number().int(),
  clusterName: z.string(),
  uid: z.string(),
  resourceVersion: z.string(),
  op: z.enum(['add', 'modify', 'delete']),
  kind: z.string(),
  apiVersion: z.string(),
  namespace: z.string(),
  name: z.string(),
  workload: z.string().optional(),
  fields: z.array(z.string()),
  actor: z.string(),
  summary: z.string(),
  severity: z.number().int(),
  diff: z.array(fieldDiffSchema),
  reconstructed: z.string().optional(),
});
export type ChangeAnswer = z.infer<typeof changeSchema>;

export const eventSchema = z.object({
  at: instantSchema,
  firstAt: instantSchema,
  cluster: z.number().int(),
  clusterName: z.string(),
  uid: z.string(),
  count: z.number().int(),
  type: z.string(),
  reason: z.string(),
  message: z.string(),
  /** The reason in a sentence, for the commonest. */
  meaning: z.string().optional(),
  namespace: z.string(),
  kind: z.string(),
  name: z.string(),
  objectUid: z.string(),
  source: z.string(),
});
export type EventAnswer = z.infer<typeof eventSchema>;

/** Buckets of equal width over [from, to]. */
export const timelineSchema = z.object({
  from: instantSchema,
  to: instantSchema,
  stepMs: z.number().int(),
  /** Worst health in each bucket; `none` = not watched. */
  health: z.array(z.enum(['well', 'degraded', 'broken', 'unknown', 'none'])),
  events: z.array(z.object({ normal: z.number().int(), warning: z.number().int() })),
  changes: z.array(z.number().int()),
  /** Single moments worth a mark: deploys, configuration changes, deletions by hand, node loss. At most 500, the severest first kept. */
  marks: z.array(
    z.object({
      at: instantSchema,
      type: z.enum(['deploy', 'config', 'scale', 'delete', 'create', 'change', 'reconstructed']),
      title: z.string(),
      node: z.string().optional(),
      severity: z.number().int(),
    }),
  ),
  /** Spans in which something was broken, newest last. `latest` of the page opens here. */
  incidents: z.array(
    z.object({
      from: instantSchema,
      to: instantSchema.optional(),
      title: z.string(),
      node: z.string(),
      health: healthSchema,
    }),
  ),
  coverage: coverageSchema,
});
export type TimelineAnswer = z.infer<typeof timelineSchema>;

export const coverageReportSchema = z.object({
  items: z.array(
    z.object({
      cluster: z.number().int(),
      clusterName: z.string(),
      source: z.string(),
      signal: signalSchema,
      kind: z.string().optional(),
      covered: z.array(z.object({ from: instantSchema, to: instantSchema })),
      gaps: z.array(gapSchema),
    }),
  ),
  coverage: coverageSchema,
});
export type CoverageReport = z.infer<typeof coverageReportSchema>;

export const searchHitSchema = z.object({
  type: z.enum(['cluster', 'namespace', 'workload', 'pod', 'object', 'image', 'ip', 'node']),
  id: z.string(),
  title: z.string(),
  subtitle: z.string(),
  cluster: z.number().int(),
  uid: z.string().optional(),
  kind: z.string().optional(),
  living: z.boolean(),
  /** An instant at which it can be seen. */
  at: instantSchema.optional(),
});
export const searchSchema = z.object({ items: z.array(searchHitSchema), coverage: coverageSchema });
export type SearchHit = z.infer<typeof searchHitSchema>;
export type SearchAnswer = z.infer<typeof searchSchema>;

export const readinessSchema = z.object({
  status: z.enum(['ok', 'starting', 'unavailable']),
  dependencies: z.record(
    z.string(),
    z.object({
      status: z.enum(['ok', 'starting', 'unavailable']),
      detail: z.string().optional(),
      progress: z.number().optional(),
    }),
  ),
});
export type Readiness = z.infer<typeof readinessSchema>;

/** `GET /objects/{cluster}/{uid}/log` : pod logs read on demand through the API server, where no node agent stores them. */
export const podLogSchema = z.object({
  items: z.array(z.object({ at: instantSchema.optional(), container: z.string(), line: z.string() })),
  source: z.literal('api-server'),
  truncated: z.boolean(),
});
export type PodLogAnswer = z.infer<typeof podLogSchema>;

/** JSON Schema 2020-12 of an answer, as OpenAPI 3.1 takes it. */
export function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { unrepresentable: 'any' });
  return rest;
}
