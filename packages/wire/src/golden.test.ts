// Golden chunks: messages written by the first release. Every later version must read them. Never regenerate one; add the next beside it.

import { readFileSync, writeFileSync } from 'node:fs';
import { nodeCompression, verifyEd25519 } from '@mosaic/runtime';
import { expect, test } from 'vitest';
import {
  type Chunk,
  inflateBody,
  inflateRows,
  isSignedBy,
  type LogTable,
  readChunk,
  readConnections,
  readCoverage,
  readDeltas,
  readEvents,
  readLogs,
  readRevisions,
  readSeries,
  readSlims,
} from './index.ts';
import { goldenChunks } from './testing/golden.ts';
import { goldenSignals } from './testing/golden-signals.ts';

const folder = new URL('../golden/', import.meta.url);

const read = (chunk: Chunk): unknown => {
  const { signal, checkpoint } = chunk.header;
  const body = () => inflateBody(chunk, nodeCompression);
  const rows = () => inflateRows(chunk, nodeCompression);
  if (signal === 'state') return checkpoint ? readSlims(body()) : readDeltas(body());
  if (signal === 'objects') return { rows: readRevisions(rows()), body: readDeltas(body()) };
  if (signal === 'logs') return linesOf(readLogs(body()));
  if (signal === 'metrics') return readSeries(body()).map((one) => ({ ...one, values: one.values.map(String) }));
  if (signal === 'connections') return readConnections(body());
  return signal === 'events' ? readEvents(rows()) : readCoverage(rows());
};

const linesOf = (table: LogTable) =>
  Array.from({ length: table.count }, (_, i) => ({
    ...{ stream: table.stream(i), at: table.at(i), nanos: table.nanos(i), channel: table.channel(i) },
    ...{ level: table.level(i), template: table.template(table.pattern(i)), text: table.text(i) },
  }));

const keyFile = (isSignal: boolean): string => (isSignal ? 'v1-signals-key.hex' : 'v1-key.hex');

const plain = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (_, v) => (v instanceof Uint8Array ? Buffer.from(v).toString('hex') : v)));

const objects = [
  'v1-objects',
  'v1-state-delta',
  'v1-state-checkpoint',
  'v1-events',
  'v1-coverage',
  'v1-objects-deflate',
];
const signals = ['v1-logs', 'v1-metrics', 'v1-connections'];
const names = [...objects, ...signals];

/** `GOLDEN=objects` or `GOLDEN=signals`: writes what is not there yet. */
const wanted = process.env.GOLDEN;
if (wanted === 'objects' || wanted === 'signals') {
  const { chunks, publicKey } = wanted === 'objects' ? goldenChunks() : goldenSignals();
  for (const [name, chunk] of Object.entries(chunks)) {
    writeFileSync(new URL(`${name}.chunk`, folder), chunk.bytes, { flag: 'wx' });
    writeFileSync(
      new URL(`${name}.json`, folder),
      `${JSON.stringify({ header: chunk.header, values: plain(read(chunk)) }, null, 1)}\n`,
      { flag: 'wx' },
    );
  }
  writeFileSync(new URL(keyFile(wanted === 'signals'), folder), `${Buffer.from(publicKey).toString('hex')}\n`, {
    flag: 'wx',
  });
}

test.each(names)('%s is still read as it was written', (name) => {
  const chunk = readChunk(readFileSync(new URL(`${name}.chunk`, folder)), nodeCompression);
  const { header, values } = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
  expect(chunk.header).toEqual(header);
  expect(plain(read(chunk))).toEqual(values);
});

test.each(names)('%s still carries its signature', (name) => {
  const publicKey = Buffer.from(readFileSync(new URL(keyFile(signals.includes(name)), folder), 'utf8').trim(), 'hex');
  const chunk = readChunk(readFileSync(new URL(`${name}.chunk`, folder)), nodeCompression);
  expect(isSignedBy(chunk, publicKey, verifyEd25519)).toBe(true);
});
