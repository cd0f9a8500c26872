// What the API answers about logs, metrics, connections, storage and tokens. Instants are RFC 3339: logs with nanoseconds, the rest with milliseconds.

import { z } from 'zod';
import { coverageSchema } from './answers.ts';
import { instantSchema, nanoInstantSchema } from './instants.ts';
import { CHANNELS, LOG_LEVELS } from './log.ts';

export const logLineSchema = z.object({
  /** Opaque: names this line for `/logs/context`. */
  id: z.string(),
  at: nanoInstantSchema,
  cluster: z.number().int(),
  clusterName: z.string(),
  namespace: z.string(),
  /** Topmost owner, `Deployment/checkout`, when known. */
  workload: z.string().optional(),
  pod: z.string(),
  podUid: z.string(),
  container: z.string(),
  /** Which life of the container said it. */
  restart: z.number().int(),
  node: z.string(),
  stream: z.enum(CHANNELS),
  level: z.enum(LOG_LEVELS),
  /** As written; a joined record has line breaks inside. */
  line: z.string(),
  /** Of a line that is JSON: what it says. */
  message: z.string().optional(),
  /** 13 hexadecimal digits; absent = none was computed. */
  pattern: z.string().optional(),
});
export type LogLineAnswer = z.infer<typeof logLineSchema>;

export const logsSchema = z.object({
  items: z.array(logLineSchema),
  next: z.string().optional(),
  /** `api-server`: read on demand from the cluster, since nothing here stores this pod's lines. */
  source: z.enum(['store', 'api-server']),
  /** Lines looked at, when the search ended before the span did: `next` goes on. */
  scanned: z.number().int().optional(),
  coverage: coverageSchema,
});
export type LogsAnswer = z.infer<typeof logsSchema>;

export const logPatternSchema = z.object({
  pattern: z.string(),
  /** `GET /cart/<*> took <*> ms`. */
  template: z.string(),
  level: z.enum(LOG_LEVELS),
  count: z.number().int(),
  /** Within the span. */
  firstSeen: nanoInstantSchema,
  lastSeen: nanoInstantSchema,
  sample: z.string(),
  /** `Deployment/checkout`, at most 5. */
  workloads: z.array(z.string()),
});
export const logPatternsSchema = z.object({
  items: z.array(logPatternSchema),
  lines: z.number().int(),
  coverage: coverageSchema,
});
export type LogPatternsAnswer = z.infer<typeof logPatternsSchema>;

export const metricSeriesSchema = z.object({
  /** `1:Pod:shop:cart-7d9f/cart`. */
  entity: z.string(),
  metric: z.string(),
  kind: z.enum(['gauge', 'counter']),
  unit: z.string().optional(),
  labels: z.record(z.string(), z.string()),
  from: instantSchema,
  to: instantSchema,
});
export const metricSeriesListSchema = z.object({
  items: z.array(metricSeriesSchema),
  next: z.string().optional(),
  coverage: coverageSchema,
});
export type MetricSeriesAnswer = z.infer<typeof metricSeriesListSchema>;

/** Aligned: `at[i]` is the instant of every series' `values[i]`; null = nothing was measured there. Counters come as rates per second. */
export const metricQuerySchema = z.object({
  from: instantSchema,
  to: instantSchema,
  stepMs: z.number().int(),
  resolution: z.enum(['raw', '5m', '1h']),
  at: z.array(instantSchema),
  series: z.array(
    z.object({
      entity: z.string(),
      metric: z.string(),
      kind: z.enum(['gauge', 'counter']),
      unit: z.string().optional(),
      labels: z.record(z.string(), z.string()),
      values: z.array(z.number().nullable()),
    }),
  ),
  coverage: coverageSchema,
});
export type MetricQueryAnswer = z.infer<typeof metricQuerySchema>;

export const retentionSchema = z.record(
  z.string(),
  z.object({ days: z.number().positive(), bytes: z.number().int().positive().optional() }),
);
export const storageSchema = z.object({
  adapter: z.enum(['embedded', 'cassandra', 'memory']),
  usedBytes: z.number(),
  /** Of the disk, where the store can tell. */
  freeBytes: z.number().optional(),
  budgetBytes: z.number().optional(),
  items: z.array(
    z.object({
      cluster: z.number().int(),
      clusterName: z.string(),
      signal: z.string(),
      /** UTC, `2026-11-20`. */
      day: z.string(),
      bytes: z.number(),
    }),
  ),
  perDay: z.array(
    z.object({ cluster: z.number().int(), clusterName: z.string(), signal: z.string(), bytesPerDay: z.number() }),
  ),
  retention: retentionSchema,
  /** Per signal: how many days the budget keeps at today's pace, and which bound comes first. */
  prediction: z.record(
    z.string(),
    z.object({ days: z.number(), bytes: z.number(), bound: z.enum(['age', 'bytes', 'disk']) }),
  ),
  /** What a person should know: new writes get a shorter lifetime, old ones keep theirs, … */
  notes: z.array(z.string()),
});
export type StorageAnswer = z.infer<typeof storageSchema>;

export const intakeTokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: instantSchema,
  expiresAt: instantSchema.optional(),
  lastUsedAt: instantSchema.optional(),
  /** Only in the answer that made it. */
  token: z.string().optional(),
});
export type IntakeToken = z.infer<typeof intakeTokenSchema>;
