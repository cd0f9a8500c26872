export { conditionOf, conditionsOf } from './health/conditions.ts';
export { eventMeaning } from './health/event-meaning.ts';
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
export { type ConfigOptions, type KubeContexts, kubeContexts } from './sources/live/config.ts';
export {
  type AccessRule,
  Conflict,
  Forbidden,
  Gone,
  KubeError,
  TooLarge,
  TooMany,
  Unauthorized,
  Unreachable,
} from './sources/live/errors.ts';
export { isReachable, live, NAMESPACES } from './sources/live/live.ts';
export {
  type ApplyOptions,
  apiVersionOf,
  type Discovered,
  type ExecAnswer,
  type KubeContext,
  kindName,
  type ListOptions,
  type ListPage,
  type LiveSource,
  type LogOptions,
  type RemoveOptions,
  type ResourceType,
  type ServerVersion,
  type WatchEvent,
  type WatchOptions,
} from './sources/source.ts';
