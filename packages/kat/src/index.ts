export { conditionOf, conditionsOf } from './health/conditions.ts';
export { genericHealth, healthOf } from './health/health.ts';
export type { Verdict } from './health/verdict.ts';
export { type Replicas, replicasOf } from './health/workloads.ts';
export {
  instantOf,
  isRecord,
  type Json,
  type Manifest,
  type Meta,
  numberAt,
  type OwnerReference,
  recordAt,
  recordsAt,
  textAt,
  textsAt,
  valueAt,
} from './manifest.ts';
