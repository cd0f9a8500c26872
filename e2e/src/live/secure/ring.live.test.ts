import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cassandra, freePorts, startCassandra } from '@mosaic/dev';
import { afterAll, expect, test } from 'vitest';
import { eventually } from '../../journey/http.ts';
import { mosaic } from './installation.ts';
import { renderedServers } from './rendered.ts';

const folder = mkdtempSync(join(tmpdir(), 'mosaic-ring-'));
const nodes: Cassandra[] = [];
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  rmSync(folder, { recursive: true, force: true });
});
const HEAP_MB = 512;
const FIRST = '127.0.0.1';

test('nodes of Cassandra let one join that has a certificate of their authority, and no other', {
  timeout: 360_000,
}, async () => {
  const [ours, foreign] = [join(folder, 'ours'), join(folder, 'foreign')];
  await mosaic('init', '--dir', ours);
  await mosaic('init', '--dir', foreign);
  const { cassandraEncryption } = await renderedServers([]);
  const [port = 0, storagePort = 0] = await freePorts(2);
  const common = { own: true, brief: true, heapMb: HEAP_MB, port, storagePort };
  const start = async (address: string, secrets: string): Promise<Cassandra> => {
    const seed = address === FIRST ? {} : { seed: `${FIRST}:${storagePort}` };
    const own = { address, ...seed, folder: join(folder, address), encryption: cassandraEncryption(secrets) };
    const node = await startCassandra({ ...common, ...own });
    nodes.push(node);
    return node;
  };
  const first = await start(FIRST, ours);
  const [second] = await Promise.all([start('127.0.0.2', ours), expect(start('127.0.0.3', foreign)).rejects.toThrow()]);
  expect(readFileSync(join(folder, '127.0.0.3/cassandra.log'), 'utf8')).toContain('Unable to gossip with any peers');
  await eventually('the first has the second', async () => isUpIn(first, '127.0.0.2'));
  await eventually('the second has the first', async () => isUpIn(second, FIRST));
  expect(isUpIn(first, '127.0.0.3')).toBeUndefined();
});

/** As its log says of a neighbour; undefined while it does not. */
function isUpIn({ logPath }: Cassandra, address: string): true | undefined {
  const lines = readFileSync(logPath, 'utf8').split('\n');
  return lines.some((line) => line.includes(address) && line.includes('is now UP')) || undefined;
}
