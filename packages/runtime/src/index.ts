export { eachBounded } from './bounded.ts';
export { type Checked, type ChunkGate, chunkGate, type EnrolledKey, type Fault } from './chunk-gate.ts';
export { type Clock, systemClock } from './clock.ts';
export { nodeCompression } from './compression.ts';
export {
  type CassandraConnection,
  type Certificates,
  cassandraConnection,
  type KafkaConnection,
  kafkaConnection,
} from './connections.ts';
export {
  type Answer,
  type Asked,
  type HealthServer,
  healthServer,
  type Probes,
  probeAnswer,
  readinessOf,
} from './http.ts';
export { keyAt, keyIdOf, makeKey, type SigningKey, verifyEd25519 } from './keys.ts';
export { type Lifetime, lifetime, type Part } from './lifetime.ts';
export { LOG_LEVELS, type Log, type LogLevel, logger, silentLog } from './log.ts';
export {
  type Counter,
  type Family,
  type Gauge,
  type Histogram,
  type Labels,
  type MetricsRegistry,
  metricsRegistry,
  PROMETHEUS_TYPE,
  type Sample,
} from './metrics.ts';
export { type Patience, patience } from './patience.ts';
export { type ProcessAbout, runProcess } from './run-process.ts';
export { type ChunkWriter, chunkWriter, type Writing } from './sending/chunk-writer.ts';
export { type CoverageBook, type Covering, coverageBook, type Told } from './sending/coverage-book.ts';
export { type OutgoingMessage, type Publisher, type PublisherOptions, publisher } from './sending/publisher.ts';
export { type Dropped, type Spool, type Spooled, type SpoolOptions, spool } from './sending/spool.ts';
export {
  addressesAreGiven,
  choice,
  counts,
  decimal,
  describeSettings,
  type Environment,
  environment,
  file,
  flag,
  folder,
  integer,
  list,
  readSettings,
  type SettingKind,
  type SettingsCheck,
  SettingsError,
  type SettingsOf,
  type SettingsShape,
  setting,
  text,
} from './settings.ts';
export {
  cassandraSettings,
  dataFolder,
  kafkaSettings,
  listenSettings,
  playgroundSettings,
  sharedSettings,
} from './shared-settings.ts';
export { onShutdown } from './shutdown.ts';
export { type Sparing, type SparingOptions, sparingly } from './sparingly.ts';
export { noTelemetry, type SpanOptions, type Telemetry, telemetry } from './telemetry.ts';
export { untilThere, type Waiting } from './until-there.ts';
export {
  type ClientCertificate,
  fits,
  lifeOf,
  type Mounted,
  mountedCertificate,
  whenRenewed,
} from './x509/client-certificate.ts';
export { type KeyPair, x509 } from './x509/load.ts';
export { signedWish } from './x509/wish.ts';
