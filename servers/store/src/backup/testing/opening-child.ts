// A server's start as far as its store: opens it, says so, and holds it until its input ends.

import { nodeCompression } from '@mosaic/runtime';
import { cassandraStore } from '../../adapters/cassandra.ts';
import { embeddedStore } from '../../adapters/embedded.ts';
import { CONTRACT_NOW } from '../../contract/values.ts';
import type { CassandraPlace } from '../keyspace.ts';

const [where = ''] = process.argv.slice(2);
const about = { compression: nodeCompression, now: () => CONTRACT_NOW };
const opened = where.startsWith('{')
  ? cassandraStore({ ...about, ...(JSON.parse(where) as CassandraPlace) }) // as opening() asked
  : embeddedStore({ ...about, folder: where });
try {
  const store = await opened;
  process.stdout.write('open\n');
  for await (const _ of process.stdin);
  await store.close();
  process.exit(0);
} catch (error) {
  process.stdout.write(`${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}\n`);
  process.exit(1);
}
