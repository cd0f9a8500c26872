export { nodeCompression } from './compression.ts';
export { keyAt, makeKey, type SigningKey, verifyEd25519 } from './keys.ts';
export { type Lifetime, lifetime, type Part } from './lifetime.ts';
export { LOG_LEVELS, type Log, type LogLevel, logger, silentLog } from './log.ts';
