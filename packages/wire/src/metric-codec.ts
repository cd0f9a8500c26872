// The body of a `metrics` chunk: heads as columns, instants shared by all series that were measured together, values as scaled integers where
// that is exact, else as IEEE 754 doubles.

import { type ByteReader, type ByteWriter, byteReader, byteWriter, Malformed } from './bytes.ts';
import { type Columns, dictionary, integers, json, maybeDictionary, readColumns, writeColumns } from './columns.ts';
import type { MetricKind, MetricSeries } from './metric.ts';

interface Head {
  readonly entity: string;
  readonly metric: string;
  readonly kind: MetricKind;
  readonly unit: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Place among the shared instants. */
  readonly clock: number;
}

const columns: Columns<Head> = {
  entity: dictionary,
  metric: dictionary,
  kind: dictionary as Columns<Head>['kind'], // only kinds are ever written; readers take the rest for gauges
  unit: maybeDictionary,
  labels: json<Head['labels']>({}),
  clock: integers,
};

/** Powers of ten a value is tried with: 0.25 cores, 12.5 ms. */
const SCALES = [1, 10, 100, 1_000, 1_000_000];
const DOUBLES = 255;
const MOST_EXACT = 2 ** 50;
/** More samples than this in one chunk is refused before anything is allocated. */
const MOST_SAMPLES = 4_000_000;

export function writeSeries(series: readonly MetricSeries[]): Uint8Array {
  const clocks = new Map<string, number>();
  const instants: (readonly number[])[] = [];
  const heads = series.map(({ entity, metric, kind, unit, labels, at }): Head => {
    const key = at.join();
    const clock = clocks.get(key) ?? instants.length;
    if (clock === instants.length) {
      clocks.set(key, clock);
      instants.push(at);
    }
    return { entity, metric, kind, unit, labels, clock };
  });
  const out = byteWriter(1024 + series.length * 32);
  const head = writeColumns(columns, heads);
  out.varint(head.length);
  out.raw(head);
  out.varint(instants.length);
  for (const at of instants) writeClock(out, at);
  for (const { values } of series) writeValues(out, values);
  return out.finish();
}

/** Differences of differences: a steady step is one byte a sample. */
function writeClock(out: ByteWriter, at: readonly number[]): void {
  out.varint(at.length);
  let before = 0;
  let step = 0;
  for (const instant of at) {
    out.zigzag(instant - before - step);
    step = instant - before;
    before = instant;
  }
}

function readClock(from: ByteReader): number[] {
  const count = from.varint();
  if (count > from.left) throw new Malformed(`${count} instants in ${from.left} bytes`);
  let before = 0;
  let step = 0;
  return Array.from({ length: count }, () => {
    step += from.zigzag();
    before += step;
    return before;
  });
}

function scaleOf(values: readonly number[]): number {
  return SCALES.findIndex((scale) =>
    values.every((value) => {
      const scaled = value * scale;
      return (
        Number.isInteger(scaled) && Math.abs(scaled) < MOST_EXACT && scaled / scale === value && !Object.is(value, -0)
      );
    }),
  );
}

function writeValues(out: ByteWriter, values: readonly number[]): void {
  const place = scaleOf(values);
  const scale = SCALES[place];
  if (scale === undefined) {
    out.byte(DOUBLES);
    const bytes = new Uint8Array(values.length * 8);
    const view = new DataView(bytes.buffer);
    values.forEach((value, i) => {
      view.setFloat64(i * 8, value, true);
    });
    out.raw(bytes);
    return;
  }
  out.byte(place);
  let before = 0;
  for (const value of values) {
    const scaled = Math.round(value * scale);
    out.zigzag(scaled - before);
    before = scaled;
  }
}

function readValues(from: ByteReader, count: number): number[] {
  const place = from.byte();
  if (place === DOUBLES) {
    const bytes = from.raw(count * 8);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({ length: count }, (_, i) => view.getFloat64(i * 8, true));
  }
  const scale = SCALES[place];
  if (scale === undefined) throw new Malformed(`values of kind ${place}`);
  let before = 0;
  return Array.from({ length: count }, () => {
    before += from.zigzag();
    return before / scale;
  });
}

/** All series; with `wanted` only those it is true of are decoded. Throws `Malformed`. */
export function readSeries(
  bytes: Uint8Array,
  wanted: (head: { readonly entity: string; readonly metric: string }) => boolean = () => true,
): MetricSeries[] {
  const from = byteReader(bytes);
  const heads = readColumns(columns, from.raw(from.varint()));
  const clockCount = from.varint();
  if (clockCount > from.left) throw new Malformed(`${clockCount} clocks in ${from.left} bytes`);
  const clocks = Array.from({ length: clockCount }, () => readClock(from));
  let samples = 0;
  return heads.flatMap((head) => {
    const at = clocks[head.clock];
    if (at === undefined) throw new Malformed(`clock ${head.clock} of ${clockCount}`);
    samples += at.length;
    if (samples > MOST_SAMPLES) throw new Malformed(`more than ${MOST_SAMPLES} samples`);
    const values = readValues(from, at.length);
    if (!wanted(head)) return [];
    const { entity, metric, unit, labels } = head;
    const kind: MetricKind = head.kind === 'counter' ? 'counter' : 'gauge';
    return [{ entity, metric, kind, ...(unit !== undefined && { unit }), labels, at, values }];
  });
}
