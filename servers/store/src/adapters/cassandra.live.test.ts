import { nodeCompression } from '@mosaic/runtime';
import { CONTRACT_NOW, storeContract } from '../contract.ts';
import { cassandraStore } from './cassandra.ts';

const hosts = (process.env.CASSANDRA_HOSTS ?? '').split(',').filter((host) => host !== '');
if (hosts.length === 0) throw new Error('CASSANDRA_HOSTS is empty; start one with `npm run dev:services`');

const keyspace = `contract_${Date.now().toString(36)}`;
const about = {
  hosts,
  port: Number(process.env.CASSANDRA_PORT ?? 9042),
  datacenter: process.env.CASSANDRA_DATACENTER ?? 'datacenter1',
  keyspace,
  compression: nodeCompression,
};

storeContract('cassandra', () => cassandraStore({ ...about, now: () => CONTRACT_NOW }));
