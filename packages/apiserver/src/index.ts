export type { Limits } from './http/asked.ts';
export { type ApiOptions, apiHandler, type Place, type PlaceOf } from './http/handler.ts';
export { type ApiServer, type ApiServerOptions, apiServer } from './http/server.ts';
export { builtInKinds } from './kinds/built-in.ts';
export { kindsOfDefinition } from './kinds/definition.ts';
export { apiVersionOf, kind } from './kinds/kind.ts';
export {
  alreadyExists,
  badRequest,
  conflict,
  gone,
  invalid,
  type KubeObject,
  type Listing,
  type LogQuery,
  type Measured,
  type NodeUsage,
  notFound,
  type ObjectMeta,
  type ObjectSource,
  type Part,
  type PodUsage,
  type ResourceKind,
  StatusError,
  type Usage,
  type UsageReader,
  type WatchEvent,
  type WriteOptions,
} from './port.ts';
export { byPlace } from './read/listing-order.ts';
export { labelTest, matchesSelector } from './selectors/labels.ts';
export { humanDuration } from './tables/age.ts';
export { withDefaults } from './write/defaults.ts';
