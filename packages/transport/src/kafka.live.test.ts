import { startKafka } from '@mosaic/dev';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaTransport } from './adapters/kafka.ts';
import { transportContract } from './contract.ts';

let names = 0;
const make = async () => kafkaTransport({ brokers: process.env.KAFKA_BROKERS ?? '', clientId: `live-${names++}` });
transportContract('kafka', make);
