// `codec`: columnar chunks beside JSON and msgpackr, all compressed with zstd-3, in one run: ratios, not absolutes, since machines are noisy.

import { nodeCompression } from '@mosaic/runtime';
import {
  type ClusterEvent,
  type CoverageRecord,
  dynamicOf,
  type Revision,
  readCoverage,
  readDeltas,
  readEvents,
  readRevisions,
  readSlims,
  type SlimDelta,
  writeCoverage,
  writeDeltas,
  writeEvents,
  writeRevisions,
  writeSlims,
} from '@mosaic/wire';
import { pack, unpack } from 'msgpackr';
import { type Bench, rounded, seeded } from './bench.ts';
import { nextDynamic, syntheticCluster, uidOf } from './synthetic.ts';

const AT = Date.UTC(2026, 10, 20, 3);
const ZSTD = 1;

interface Case {
  readonly signal: string;
  readonly records: readonly object[];
  readonly write: (records: never) => Uint8Array;
  readonly read: (bytes: Uint8Array) => readonly object[];
}

export const codec: Bench = {
  async run({ isQuick, tell, row }) {
    const rounds = isQuick ? 2 : 12;
    for (const { signal, records, write, read } of cases(isQuick ? 1_000 : 10_000)) {
      tell(`${signal}: ${records.length} records`);
      const formats = {
        mosaic: { encode: () => write(records as never), decode: read }, // the case's own records fit its own writer
        json: {
          encode: () => new TextEncoder().encode(JSON.stringify(records)),
          decode: (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)),
        },
        msgpackr: { encode: () => pack(records), decode: (bytes: Uint8Array) => unpack(bytes) },
      };
      for (const [format, { encode, decode }] of Object.entries(formats))
        row({ signal, format, ...measure(records.length, encode, decode, rounds) });
    }
  },
};

function measure(count: number, encode: () => Uint8Array, decode: (bytes: Uint8Array) => unknown, rounds: number) {
  const plain = encode();
  const packed = nodeCompression.compress(ZSTD, plain);
  const encodeMs = best(rounds, () => nodeCompression.compress(ZSTD, encode()));
  const decodeMs = best(rounds, () => decode(nodeCompression.inflate(ZSTD, packed, plain.length)));
  return {
    encode_records_per_s: Math.round((count / encodeMs) * 1000),
    decode_records_per_s: Math.round((count / decodeMs) * 1000),
    bytes_per_record: rounded(packed.length / count, 2),
    bytes_per_record_plain: rounded(plain.length / count),
  };
}

function best(rounds: number, work: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rounds; i++) {
    const began = performance.now();
    work();
    least = Math.min(least, performance.now() - began);
  }
  return least;
}

function cases(count: number): readonly Case[] {
  const random = seeded(7);
  const slims = syntheticCluster(count);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T; // never empty
  const deltas: SlimDelta[] = slims.map((slim, i) => ({
    uid: slim.uid,
    at: AT + i * 5,
    gone: false,
    how: dynamicOf(nextDynamic(slim, 100_000 + i, random)),
  }));
  const revisions: Revision[] = slims.map((slim, i) => ({
    uid: slim.uid,
    kind: slim.kind,
    apiVersion: slim.apiVersion,
    namespace: slim.namespace,
    name: slim.name,
    at: AT + i * 5,
    rv: 100_000 + i,
    op: 'modify',
    enc: 2,
    baseAt: AT - 3_600_000,
    baseRv: 90_000,
    body: Uint8Array.from({ length: 90 }, () => Math.floor(random() * 256)),
    inflated: 4_200,
    diff: [{ path: 'status.containerStatuses[main].ready', op: 'replace', before: true, after: false }],
    actor: 'kubelet',
    createdAt: slim.createdAt,
  }));
  const events: ClusterEvent[] = slims.map((slim, i) => ({
    uid: uidOf(`e${i}`),
    at: AT + i * 5,
    firstAt: AT,
    count: 1 + (i % 9),
    type: i % 4 === 0 ? 'Warning' : 'Normal',
    reason: pick(['BackOff', 'Pulled', 'Created', 'Started', 'Unhealthy', 'Scheduled', 'Killing']),
    message: pick([
      'Back-off restarting failed container main',
      'Successfully pulled image',
      'Created container main',
      `Readiness probe failed: HTTP probe failed with statuscode: ${500 + (i % 4)}`,
    ]),
    namespace: slim.namespace,
    kind: slim.kind,
    name: slim.name,
    objectUid: slim.uid,
    source: 'kubelet',
  }));
  const coverage: CoverageRecord[] = slims.map((_, i) => ({
    source: 'cluster-agent',
    boot: 'b1',
    epoch: 3,
    sequence: i,
    signal: 'objects',
    kind: `v1/Kind${i % 70}`,
    from: AT + Math.floor(i / 70) * 10_000,
    coveredTo: AT + Math.floor(i / 70) * 10_000 + 10_000,
    state: 'watching',
  }));
  return [
    { signal: 'state-checkpoint', records: slims, write: writeSlims, read: readSlims },
    { signal: 'state-delta', records: deltas, write: writeDeltas, read: readDeltas },
    { signal: 'objects', records: revisions, write: writeRevisions, read: readRevisions },
    { signal: 'events', records: events, write: writeEvents, read: readEvents },
    { signal: 'coverage', records: coverage, write: writeCoverage, read: readCoverage },
  ];
}
