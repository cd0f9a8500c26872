export { type AgentStatus, type ClusterAgent, type ClusterAgentOptions, clusterAgent } from './agent/agent.ts';
export { healthOfAgent } from './agent/health.ts';
export { redactKeyAt } from './agent/redact-key.ts';
export { type CertificatePlace, keptCertificate } from './enrolment/certificate-place.ts';
export { type Joined, type Joining, join, NotEnrolled } from './enrolment/join.ts';
export { renewedCertificate } from './enrolment/renew.ts';
export { cleanObject, revisionHash } from './object/clean.ts';
export { diffOf } from './object/diff.ts';
export { type Redactor, redactor } from './object/redact.ts';
export { slimOf } from './object/slim-of.ts';
export { checkpoints } from './record/checkpoint.ts';
export { eventOf } from './record/event-of.ts';
export { living } from './record/living.ts';
export { outbox } from './record/outbox.ts';
export {
  type Observation,
  PAST_LIMITS,
  type Recorder,
  type RecorderLimits,
  type RecorderOptions,
  type RecorderStats,
  recorder,
} from './record/recorder.ts';
