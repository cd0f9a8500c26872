// Prometheus remote write 1.0: a snappy block of the protobuf message prometheus.WriteRequest (https://prometheus.io/docs/specs/prw/remote_write_spec/).

import protobuf from 'protobufjs/minimal.js';
import SnappyJS from 'snappyjs';
import { MOST_INFLATED_BYTES, messageOf, tooLarge } from '../body.ts';
import { unreadable } from '../refusal.ts';

export interface RemoteSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** Epoch ms. */
  readonly at: readonly number[];
  /** NaN: Prometheus' staleness marker, or a value that is none. */
  readonly values: readonly number[];
}

export interface WriteRequest {
  readonly series: readonly RemoteSeries[];
  /** By metric family: 1 counter, 2 gauge, … of prometheus.MetricMetadata. */
  readonly types: ReadonlyMap<string, number>;
}

const MOST_SERIES = 200_000;

/** Throws a 400 for anything else. */
export function readWriteRequest(packed: Uint8Array): WriteRequest {
  return decoded(unpacked(packed));
}

function unpacked(packed: Uint8Array): Uint8Array {
  if (toldBytes(packed) > MOST_INFLATED_BYTES) throw tooLarge(MOST_INFLATED_BYTES, 'inflates to');
  try {
    return SnappyJS.uncompress(packed, MOST_INFLATED_BYTES);
  } catch (error) {
    throw unreadable(`the body is no snappy block: ${messageOf(error)}`);
  }
}

/** What a snappy block says it becomes: a varint of 32 bits in front. 0 for what is no block. */
function toldBytes(packed: Uint8Array): number {
  let bytes = 0;
  for (const [i, byte] of packed.subarray(0, 5).entries()) {
    bytes += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return bytes;
  }
  return 0;
}

type Reader = protobuf.Reader;

function decoded(bytes: Uint8Array): WriteRequest {
  const series: RemoteSeries[] = [];
  const types = new Map<string, number>();
  try {
    fields(protobuf.Reader.create(bytes), {
      1: (reader) => {
        if (series.length >= MOST_SERIES) throw new RangeError(`more than ${MOST_SERIES} series`);
        series.push(within(reader, readSeries));
      },
      3: (reader) => {
        const { name, type } = within(reader, readMetadata);
        if (name !== '') types.set(name, type);
      },
    });
  } catch (error) {
    throw unreadable(`the body is no prometheus.WriteRequest: ${messageOf(error)}`);
  }
  return { series, types };
}

/** Reads a message's fields; what is not known is passed over, so newer senders are understood. */
function fields(reader: Reader, known: Readonly<Record<number, (reader: Reader) => void>>): void {
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const read = known[tag >>> 3];
    if (read === undefined) reader.skipType(tag & 7);
    else read(reader);
  }
}

/** A message inside a message. */
function within<T>(reader: Reader, read: (reader: Reader) => T): T {
  return read(protobuf.Reader.create(reader.bytes()));
}

function readSeries(reader: Reader): RemoteSeries {
  const labels: Record<string, string> = {};
  const at: number[] = [];
  const values: number[] = [];
  fields(reader, {
    1: (inner) => {
      const { name, value } = within(inner, readLabel);
      if (Object.hasOwn(labels, name)) throw new RangeError(`label ${name} comes twice in a series`);
      labels[name] = value;
    },
    2: (inner) => {
      const sample = within(inner, readSample);
      at.push(sample.at);
      values.push(sample.value);
    },
  });
  return { labels, at, values };
}

function readLabel(reader: Reader): { name: string; value: string } {
  const label = { name: '', value: '' };
  fields(reader, {
    1: (inner) => {
      label.name = inner.string();
    },
    2: (inner) => {
      label.value = inner.string();
    },
  });
  return label;
}

function readSample(reader: Reader): { at: number; value: number } {
  const sample = { at: 0, value: 0 };
  fields(reader, {
    1: (inner) => {
      sample.value = inner.double();
    },
    2: (inner) => {
      sample.at = Number(inner.int64());
    },
  });
  return sample;
}

function readMetadata(reader: Reader): { name: string; type: number } {
  const metadata = { name: '', type: 0 };
  fields(reader, {
    1: (inner) => {
      metadata.type = inner.int32();
    },
    2: (inner) => {
      metadata.name = inner.string();
    },
  });
  return metadata;
}
