// Who may do what on the brokers: pure tables. Whoever has no rule may do nothing (`allow.everyone.if.no.acl.found=false`).

import { commandsTopic } from '@mosaic/wire';
import { TOPICS } from './port.ts';

export type KafkaOperation = 'read' | 'write' | 'create' | 'describe' | 'alter';

/** One permission. What Kafka calls an ACL binding. */
export interface KafkaRule {
  /** Without `User:`: the common name of a certificate, or a SASL user. */
  readonly principal: string;
  readonly resource: 'topic' | 'group' | 'cluster';
  readonly name: string;
  readonly pattern: 'literal' | 'prefixed';
  readonly operation: KafkaOperation;
}

export const SERVERS = ['receiver', 'deriver', 'api'] as const;
export type ServerName = (typeof SERVERS)[number];

/** Where an agent reports what became of a command. */
export const outcomesTopic = (cluster: number): string => `mosaic.outcomes.${cluster}`;

/** Groups of one cluster's agents begin with this, so that one rule covers them and no other cluster's. */
export const agentGroups = (cluster: number): string => `mosaic-agents-${cluster}-`;

export const serverPrincipal = (server: ServerName): string => `mosaic-${server}`;
export const agentPrincipal = (cluster: number): string => `mosaic-agent-${cluster}`;

/** What agents write: all of the road but what servers set aside. */
export const DATA_TOPICS: readonly string[] = Object.values(TOPICS).filter((topic) => topic !== TOPICS.quarantine);
const COMMANDS = 'mosaic.commands.';
const OUTCOMES = 'mosaic.outcomes.';
/** What Kafka calls the cluster as a resource. */
const KAFKA = 'kafka-cluster';

type Grant = Omit<KafkaRule, 'principal' | 'operation'>;
const topic = (name: string): Grant => ({ resource: 'topic', name, pattern: 'literal' });
const topics = (prefix: string): Grant => ({ resource: 'topic', name: prefix, pattern: 'prefixed' });
const group = (name: string): Grant => ({ resource: 'group', name, pattern: 'literal' });
const groups = (prefix: string): Grant => ({ resource: 'group', name: prefix, pattern: 'prefixed' });

/** Of one server's certificate. */
export function rulesOfServer(server: ServerName, principal: string = serverPrincipal(server)): readonly KafkaRule[] {
  const may = (grants: readonly Grant[], ...operations: readonly KafkaOperation[]) =>
    rules(principal, grants, operations);
  if (server === 'receiver')
    return [
      // It makes the topics and reads what agents write; of others' senders it writes what they sent, and sets aside what is wrong.
      ...may(DATA_TOPICS.map(topic), 'create', 'describe', 'read', 'write'),
      ...may([topic(TOPICS.quarantine)], 'create', 'describe', 'write'),
      ...may([topics(COMMANDS)], 'create', 'describe', 'write'), // it asks agents to hold
      ...may([group('mosaic-receiver')], 'describe', 'read'),
    ];
  if (server === 'deriver')
    return [
      ...may([topic(TOPICS.objects), topic(TOPICS.connections), topic(TOPICS.metrics)], 'create', 'describe', 'read'),
      ...may([group('mosaic-deriver')], 'describe', 'read'),
    ];
  return [
    ...may([topic(TOPICS.objects), topic(TOPICS.logs)], 'describe', 'read'), // it tails
    ...may([topics(OUTCOMES)], 'create', 'describe', 'read'),
    ...may([topics(COMMANDS)], 'create', 'describe', 'write'),
    ...may([groups('mosaic-api-'), groups('mosaic-log-tail-')], 'describe', 'read'),
    // Enrolling and revoking a cluster's agents is setting these rules.
    ...may([{ resource: 'cluster', name: KAFKA, pattern: 'literal' }], 'alter', 'describe'),
  ];
}

/** Of the agents of one cluster: data and their own outcomes out, their own commands in, nothing else. */
export function rulesOfAgents(cluster: number, principal: string = agentPrincipal(cluster)): readonly KafkaRule[] {
  return [
    ...rules(principal, DATA_TOPICS.map(topic), ['describe', 'write']),
    ...rules(principal, [topic(outcomesTopic(cluster))], ['create', 'describe', 'write']),
    ...rules(principal, [topic(commandsTopic(cluster))], ['create', 'describe', 'read']),
    ...rules(principal, [groups(agentGroups(cluster))], ['describe', 'read']),
  ];
}

const rules = (
  principal: string,
  grants: readonly Grant[],
  operations: readonly KafkaOperation[],
): readonly KafkaRule[] =>
  grants.flatMap((grant) => operations.map((operation) => ({ principal, ...grant, operation })));
