// Kafka as the shared settings name it (`kafkaSettings` of runtime): what every process that speaks to it passes on.

import { readFileSync } from 'node:fs';
import type { KafkaLogin, KafkaOptions } from './kafka-client.ts';

export interface KafkaSettings {
  readonly KAFKA_BROKERS: readonly string[];
  readonly KAFKA_USER?: string | undefined;
  readonly KAFKA_PASSWORD?: string | undefined;
  readonly KAFKA_MECHANISM?: KafkaLogin['mechanism'] | undefined;
  readonly KAFKA_TLS?: boolean | undefined;
  /** Paths of PEM files. */
  readonly KAFKA_CA?: string | undefined;
  readonly KAFKA_CERT?: string | undefined;
  readonly KAFKA_KEY?: string | undefined;
}

/** `kafkaTransport({ ...kafkaOptionsFrom(settings), clientId })`. Throws naming the setting whose file cannot be read. */
export function kafkaOptionsFrom(settings: KafkaSettings): Pick<KafkaOptions, 'brokers' | 'ssl' | 'sasl'> {
  const { KAFKA_BROKERS, KAFKA_USER, KAFKA_PASSWORD = '', KAFKA_MECHANISM = 'scram-sha-512' } = settings;
  const ssl = tlsOf(settings);
  return {
    brokers: KAFKA_BROKERS,
    ...(ssl !== undefined && { ssl }),
    ...(KAFKA_USER && { sasl: { mechanism: KAFKA_MECHANISM, username: KAFKA_USER, password: KAFKA_PASSWORD } }),
  };
}

function tlsOf(settings: KafkaSettings): KafkaOptions['ssl'] {
  const { KAFKA_TLS, KAFKA_CA, KAFKA_CERT, KAFKA_KEY } = settings;
  if (!KAFKA_CA && !KAFKA_CERT) return KAFKA_TLS ? true : undefined;
  return {
    ...(KAFKA_CA && { ca: pem('KAFKA_CA', KAFKA_CA) }),
    ...(KAFKA_CERT && { cert: pem('KAFKA_CERT', KAFKA_CERT) }),
    ...(KAFKA_KEY && { key: pem('KAFKA_KEY', KAFKA_KEY) }),
  };
}

function pem(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new Error(`${name} ${path} cannot be read`, { cause });
  }
}
