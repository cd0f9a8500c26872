export { type CassandraStoreOptions, cassandraStore } from './adapters/cassandra.ts';
export { FolderInUse } from './adapters/embedded/folder-lock.ts';
export { type EmbeddedStore, type EmbeddedStoreOptions, embeddedStore, type StoreLog } from './adapters/embedded.ts';
export { type MemoryStoreOptions, memoryStore } from './adapters/memory.ts';
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
  type KeptRevision,
  type Lease,
  type Leases,
  NotKept,
  type ObjectName,
  type Objects,
  type Page,
  type Paged,
  type Retention,
  type State,
  type StateAt,
  type StateChunk,
  type Store,
  type Upkeep,
} from './port.ts';
