// Kafka and Cassandra together: what the distributed shape stands on.

import { type Cassandra, type CassandraOptions, startCassandra } from './cassandra.ts';
import { type Kafka, type KafkaOptions, startKafka } from './kafka.ts';

export interface ServicesOptions {
  readonly kafka?: KafkaOptions;
  readonly cassandra?: CassandraOptions;
}

export interface Services {
  readonly kafka: Kafka;
  readonly cassandra: Cassandra;
  /** What our own processes and the live tests take from the environment. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Both at once, or neither. */
export async function startServices({ kafka, cassandra }: ServicesOptions = {}): Promise<Services> {
  const [broker, node] = await Promise.allSettled([startKafka(kafka), startCassandra(cassandra)]);
  if (broker.status === 'fulfilled' && node.status === 'fulfilled') return both(broker.value, node.value);
  const failures: unknown[] = [];
  for (const outcome of [broker, node]) {
    if (outcome.status === 'fulfilled') await outcome.value.stop();
    else failures.push(outcome.reason);
  }
  throw failures[0];
}

function both(kafka: Kafka, cassandra: Cassandra): Services {
  return {
    kafka,
    cassandra,
    env: {
      KAFKA_BROKERS: kafka.brokers,
      CASSANDRA_HOSTS: cassandra.hosts,
      CASSANDRA_PORT: String(cassandra.port),
      CASSANDRA_DATACENTER: cassandra.datacenter,
    },
    async stop() {
      await Promise.all([kafka.stop(), cassandra.stop()]);
    },
  };
}
