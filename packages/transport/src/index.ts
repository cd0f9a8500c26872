export { inProcessTransport } from './adapters/in-process.ts';
export { type InProcessBroker, type InProcessOptions, inProcessBroker } from './adapters/in-process-broker.ts';
export { kafkaTransport } from './adapters/kafka.ts';
export { hasNoRules, type KafkaAcls, kafkaAcls } from './adapters/kafka-acls.ts';
export type { KafkaLogin, KafkaOptions } from './adapters/kafka-client.ts';
export { type CommandEar, hearCommands } from './commands.ts';
export { MOST_MESSAGE_BYTES } from './limits.ts';
export {
  type Delivery,
  type Message,
  quarantine,
  type SubscribeOptions,
  type Subscription,
  TOPICS,
  type Transport,
} from './port.ts';
export { type RenewableTransport, renewableTransport, Unusable } from './renewable.ts';
export {
  agentGroups,
  agentPrincipal,
  DATA_TOPICS,
  type KafkaOperation,
  type KafkaRule,
  outcomesTopic,
  rulesOfAgents,
  rulesOfServer,
  SERVERS,
  type ServerName,
  serverPrincipal,
} from './rules.ts';
