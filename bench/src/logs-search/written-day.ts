// A day of logs of a small cluster: workloads of different styles, real lines between them, a few needles. Made hour by hour and node by node, as agents send.

import { nodeCompression } from '@mosaic/runtime';
import type { Store } from '@mosaic/store';
import { HOUR_MS, type LogStream, patterns, type SentLine, sealLogs, streamId } from '@mosaic/wire';
import { seeded } from '../bench.ts';
import { type Workload, workloads } from '../logs/synthetic-lines.ts';

const NODES = 4;
const WORKLOADS = 24;
/** One of each workload on each of these. */
const PODS = 3;
const REAL_EVERY = 20;
const NEEDLE_EVERY = 50_000;
const FATAL_EVERY = 20_000;
const FILED_AT_ONCE = 16;

export interface Day {
  readonly from: number;
  readonly to: number;
  readonly lines: number;
  readonly chunks: number;
  /** Sealed: headers, filters and compressed bodies. */
  readonly bytes: number;
  readonly textBytes: number;
  /** Stream ids by workload. */
  readonly streams: ReadonlyMap<string, readonly number[]>;
  /** Words that stand in one line each. */
  readonly needles: readonly string[];
}

type Place = Omit<LogStream, 'id'>;

export async function writeDay(store: Store, cluster: number, { lines, from, real, tell }: DayOptions): Promise<Day> {
  const random = seeded(21);
  const all = workloads(WORKLOADS).map((workload, n) => ({ workload, places: placesOf(workload, n) }));
  const perBatch = Math.floor(lines / 24 / NODES);
  const day = { lines: 0, chunks: 0, bytes: 0, textBytes: 0 };
  const needles: string[] = [];
  const known = patterns();
  for (let hour = 0; hour < 24; hour++) {
    for (let node = 0; node < NODES; node++) {
      const here = all.flatMap(({ workload, places }) =>
        places.filter(({ node: of }) => of === `node-${node}`).map((place) => ({ workload, place })),
      );
      const sent = Array.from({ length: perBatch }, (_, n): SentLine => {
        const at = from + hour * HOUR_MS + Math.floor((n * HOUR_MS) / perBatch);
        const { workload, place } = here[Math.floor(random() ** 2 * here.length)] as (typeof here)[number]; // squared: some write most
        const number = day.lines + n;
        return { stream: place, channel: 'stdout', at, nanos: n % 1_000_000, text: textOf(workload, number, at) };
      });
      day.lines += sent.length;
      day.textBytes += sent.reduce((sum, { text }) => sum + text.length, 0);
      const about = { cluster, source: `node-${node}`, boot: 'bench', epoch: 1, seq: hour * 10_000, sealedAt: from };
      const chunks = sealLogs(sent, about, nodeCompression, undefined, known);
      for (let i = 0; i < chunks.length; i += FILED_AT_ONCE)
        await Promise.all(chunks.slice(i, i + FILED_AT_ONCE).map((chunk) => store.logs.file(chunk, from)));
      day.chunks += chunks.length;
      day.bytes += chunks.reduce((sum, { bytes }) => sum + bytes.length, 0);
    }
    if (hour % 6 === 5) tell(`${hour + 1} h written: ${day.lines} lines in ${day.chunks} chunks`);
  }
  const streams = new Map(all.map(({ workload, places }) => [workload.name, places.map(streamId)]));
  return { ...day, from, to: from + 24 * HOUR_MS - 1, streams, needles };

  function textOf(workload: Workload, number: number, at: number): string {
    if (number % NEEDLE_EVERY === NEEDLE_EVERY - 1) {
      const needle = `zq${(number * 2_654_435_761).toString(36).slice(-9)}x`;
      needles.push(needle);
      return `WARN gateway quota ${needle} exceeded for everybody`;
    }
    if (number % FATAL_EVERY === FATAL_EVERY - 1) return `FATAL out of file descriptors after ${number} requests`;
    if (number % REAL_EVERY === 0 && real.length > 0)
      return real[Math.floor(number / REAL_EVERY) % real.length] as string; // within the list
    return workload.say(random, at);
  }
}

export interface DayOptions {
  readonly lines: number;
  readonly from: number;
  readonly real: readonly string[];
  readonly tell: (line: string) => void;
}

function placesOf({ name, namespace }: Workload, n: number): Place[] {
  return Array.from({ length: PODS }, (_, i) => ({
    ...{ namespace, pod: `${name}-${i}`, podUid: `uid-${name}-${i}`, container: 'server', restart: 0 },
    ...{ node: `node-${(n + i) % NODES}`, workload: `Deployment/${name}` },
  }));
}
