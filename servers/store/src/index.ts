export { type CassandraStoreOptions, cassandraStore } from './adapters/cassandra.ts';
export { FolderInUse } from './adapters/embedded/folder-lock.ts';
export { type EmbeddedStore, type EmbeddedStoreOptions, embeddedStore, type StoreLog } from './adapters/embedded.ts';
export { type MemoryStoreOptions, memoryStore } from './adapters/memory.ts';
export { DEFAULT_RETENTION } from './keeping.ts';
export {
  type AgentKey,
  CannotWrite,
  type ChangeQuery,
  type Changes,
  type ClusterRecord,
  type Clusters,
  type Coverage,
  type CoverageSpan,
  type EventQuery,
  type Events,
  type KeptBody,
  type KeptRevision,
  type Lease,
  type Leases,
  NotKept,
  type ObjectName,
  type Objects,
  type Page,
  type Paged,
  RETAINED,
  type Retained,
  type Retention,
  type State,
  type StateAt,
  type StateChunk,
  type Store,
  type Upkeep,
  type Usage,
} from './port.ts';
export {
  type Connections,
  type Edges,
  type FiledChunk,
  type Flow,
  type FoundLine,
  type IntakeTokenRecord,
  type LogPage,
  type LogPattern,
  type LogQuery,
  type Logs,
  type Metrics,
  RESOLUTIONS,
  type Resolution,
  type Rolled,
  type RolledSeries,
  type Tokens,
} from './port-signals.ts';
export { type Predicted, prediction } from './prediction.ts';
