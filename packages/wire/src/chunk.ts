// The chunk: one Kafka message, one row in the store. A header anyone can read, rows for the receiver, a body for those who look inside.
//
//   0   4  "MOSC"
//   4   1  format version, 1
//   5   1  flags: bit 0 = signed
//   6   4  header length, little endian
//   10     header, JSON
//          rows section, body section (compressed; lengths in the header)
//          CRC-32 of everything before it, little endian
//          Ed25519 signature over everything before it (64 bytes, when signed)

import { z } from 'zod';
import { decodeUtf8, encodeUtf8, Malformed } from './bytes.ts';
import { hourOf } from './ids.ts';
import { nodeCertificateSchema } from './node-certificate.ts';
import type { Codec, Compression, Signer, Verify } from './ports.ts';

export const CHUNK_VERSION = 1;
/** A section that says it inflates past this is refused unread. */
export const MOST_INFLATED_BYTES = 8 * 1024 * 1024;
export const MOST_ROWS_INFLATED_BYTES = 1024 * 1024;
export const SEAL_AT_BYTES = 64 * 1024;
/** A record too big for a chunk travels alone up to this; beyond it is truncated and says so. */
export const MOST_RECORD_BYTES = 2 * 1024 * 1024;
const MOST_HEADER_BYTES = 256 * 1024;
const MAGIC = [0x4d, 0x4f, 0x53, 0x43];
const PRELUDE_BYTES = 10;
const CRC_BYTES = 4;
const SIGNATURE_BYTES = 64;

export const SIGNALS = ['objects', 'state', 'events', 'logs', 'metrics', 'connections', 'coverage'] as const;
export const signalSchema = z.enum(SIGNALS);
export type Signal = z.infer<typeof signalSchema>;

const count = z.number().int().nonnegative();
const sectionSchema = z.object({
  bytes: count,
  inflated: count.max(MOST_INFLATED_BYTES),
  codec: z.union([z.literal(0), z.literal(1), z.literal(2)]),
});
export type Section = z.infer<typeof sectionSchema>;

/** A checkpoint's place: one shard of `shards`, everything up to sequence `watermark` included. */
export const checkpointIndexSchema = z.object({
  at: z.number().int(),
  shard: count,
  shards: count,
  watermark: z.number().int(),
  /** The checkpoint (same epoch and shard) whose inflated body is this body's compression dictionary; absent = stands alone. */
  base: z.object({ at: z.number().int() }).optional(),
  /** Nothing in this shard changed since the checkpoint at this instant: the body is empty, read that one's. It stands in the same hour. */
  sameAs: z.object({ at: z.number().int() }).optional(),
});
export type CheckpointIndex = z.infer<typeof checkpointIndexSchema>;

const name = z.string().max(512);
/** What a search may rule out without the body; and which bytes of which files these lines were, so that spool and position are one. */
export const logIndexSchema = z.object({
  /** In the order the body counts them. */
  streams: z
    .array(
      z.object({
        id: count,
        namespace: name,
        pod: name,
        podUid: name,
        container: name,
        restart: count,
        node: name,
        workload: name.optional(),
      }),
    )
    .max(1000),
  /** `levelBit`s. */
  levels: count.max(255),
  /** Text before compression. */
  bytes: count,
  /** Base64 of the Bloom filter over the lines' tokens; empty = unknown, look inside. */
  bloom: z.string().max(128 * 1024),
  /** Place in `streams`, and the bytes read: of which file (inode, hash of its first bytes), from where, to where. */
  files: z
    .array(z.object({ stream: count, inode: count, print: z.string().max(64), from: count, to: count }))
    .max(1000)
    .optional(),
});
export type LogIndex = z.infer<typeof logIndexSchema>;

export const metricIndexSchema = z.object({
  /** `wide`: many entities, few instants. `entity`: one entity over ten minutes: the same samples in the other order. */
  shape: z.enum(['wide', 'entity']),
  /** Usual distance of samples, ms; 0 = irregular. */
  step: count,
  /** All that occur, by name: a search need not look into bodies for them. */
  entities: z.array(z.string().min(1).max(600)).max(2_000),
});
export type MetricIndex = z.infer<typeof metricIndexSchema>;

/** What an agent says of itself: its version, and how many bytes wait in its spool. */
export const agentNoteSchema = z.object({ version: z.string().max(100), spoolBytes: count });
export type AgentNote = z.infer<typeof agentNoteSchema>;

/** Where servers keep the newest note of a source. */
export const agentMark = (cluster: number, source: string): string => `agents/${cluster}/${source}`;

export const headerSchema = z.object({
  signal: signalSchema,
  /** The enrolled cluster's id. */
  cluster: z.number().int().positive(),
  source: z.string().min(1).max(300),
  boot: z.string().min(1).max(100),
  epoch: z.number().int().nonnegative(),
  seq: z.number().int().nonnegative(),
  /** First and last instant, epoch ms of the agent's clock; both in one UTC hour. */
  t0: z.number().int(),
  t1: z.number().int(),
  /** When it was sealed, by the agent's clock: what skew is measured against. */
  sealedAt: z.number().int(),
  count,
  rows: sectionSchema.optional(),
  body: sectionSchema.optional(),
  keyId: z.string().max(100).optional(),
  /** Of a key that is not enrolled but certified: a node agent's. */
  certificate: nodeCertificateSchema.optional(),
  /** `coverage`: how the agent itself is. */
  agent: agentNoteSchema.optional(),
  /** `state`: absent = a delta. */
  checkpoint: checkpointIndexSchema.optional(),
  /** `logs`. */
  logs: logIndexSchema.optional(),
  /** `metrics`. */
  metrics: metricIndexSchema.optional(),
  /** W3C traceparent of the agent's sealing span, when telemetry is on. */
  trace: z.string().max(100).optional(),
});
export type ChunkHeader = z.infer<typeof headerSchema>;

export interface Chunk {
  readonly header: ChunkHeader;
  /** The whole message as it travels and is signed. */
  readonly bytes: Uint8Array;
  /** Compressed sections: views into `bytes`. */
  readonly rows: Uint8Array;
  readonly body: Uint8Array;
}

export interface Sealing {
  readonly header: Omit<ChunkHeader, 'rows' | 'body' | 'keyId'>;
  readonly rows?: Uint8Array;
  readonly body?: Uint8Array;
  readonly bodyDictionary?: Uint8Array;
  readonly codec?: Codec;
  readonly level?: number;
}

/** Compresses, checks and signs. Throws RangeError when a section is over its bound or the chunk crosses a UTC hour. */
export function sealChunk(sealing: Sealing, compression: Compression, signer?: Signer): Chunk {
  const { codec = 1, level = 3 } = sealing;
  if (hourOf(sealing.header.t0) !== hourOf(sealing.header.t1)) throw new RangeError('a chunk crosses a UTC hour');
  const section = (bytes: Uint8Array | undefined, most: number, dictionary?: Uint8Array) => {
    if (bytes === undefined || bytes.length === 0) return undefined;
    if (bytes.length > most) throw new RangeError(`a section of ${bytes.length} bytes; ${most} is the most`);
    const packed = compression.compress(codec, bytes, dictionary === undefined ? { level } : { level, dictionary });
    return { packed, about: { bytes: packed.length, inflated: bytes.length, codec } };
  };
  const rows = section(sealing.rows, MOST_INFLATED_BYTES);
  const body = section(sealing.body, MOST_INFLATED_BYTES, sealing.bodyDictionary);
  const header: ChunkHeader = {
    ...sealing.header,
    ...(rows && { rows: rows.about }),
    ...(body && { body: body.about }),
    ...(signer && { keyId: signer.keyId }),
  };
  return assemble(header, rows?.packed, body?.packed, compression, signer);
}

function assemble(
  header: ChunkHeader,
  rows: Uint8Array | undefined,
  body: Uint8Array | undefined,
  compression: Compression,
  signer?: Signer,
): Chunk {
  const head = encodeUtf8(JSON.stringify(header));
  const rowsLength = rows?.length ?? 0;
  const bodyLength = body?.length ?? 0;
  const checkedLength = PRELUDE_BYTES + head.length + rowsLength + bodyLength;
  const bytes = new Uint8Array(checkedLength + CRC_BYTES + (signer ? SIGNATURE_BYTES : 0));
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC, 0);
  bytes[4] = CHUNK_VERSION;
  bytes[5] = signer ? 1 : 0;
  view.setUint32(6, head.length, true);
  bytes.set(head, PRELUDE_BYTES);
  const rowsAt = PRELUDE_BYTES + head.length;
  if (rows) bytes.set(rows, rowsAt);
  if (body) bytes.set(body, rowsAt + rowsLength);
  view.setUint32(checkedLength, compression.crc32(bytes.subarray(0, checkedLength)), true);
  if (signer) bytes.set(signer.sign(bytes.subarray(0, checkedLength + CRC_BYTES)), checkedLength + CRC_BYTES);
  return {
    header,
    bytes,
    rows: bytes.subarray(rowsAt, rowsAt + rowsLength),
    body: bytes.subarray(rowsAt + rowsLength, checkedLength),
  };
}

/** The header alone: no checksum, no decompression. Throws `Malformed`. */
export function readHeader(bytes: Uint8Array): ChunkHeader {
  if (bytes.length < PRELUDE_BYTES) throw new Malformed(`truncated: ${bytes.length} bytes are no chunk`);
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) throw new Malformed('not a chunk: it does not begin with MOSC');
  if (bytes[4] !== CHUNK_VERSION) throw new Malformed(`chunk format ${bytes[4]}; this reader knows ${CHUNK_VERSION}`);
  const length = viewOf(bytes).getUint32(6, true);
  if (length > MOST_HEADER_BYTES || PRELUDE_BYTES + length > bytes.length)
    throw new Malformed(`truncated: a header of ${length} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(decodeUtf8(bytes.subarray(PRELUDE_BYTES, PRELUDE_BYTES + length)));
  } catch (cause) {
    throw new Malformed('a header that is not JSON', { cause });
  }
  const parsed = headerSchema.safeParse(value);
  if (!parsed.success) throw new Malformed(`header ${z.prettifyError(parsed.error).replace(/\s+/g, ' ')}`);
  if (parsed.data.t1 < parsed.data.t0 || hourOf(parsed.data.t0) !== hourOf(parsed.data.t1)) {
    throw new Malformed('a chunk whose instants are reversed or cross a UTC hour');
  }
  return parsed.data;
}

/** The whole chunk, its checksum verified; sections stay compressed. Throws `Malformed`. */
export function readChunk(bytes: Uint8Array, compression: Compression): Chunk {
  const header = readHeader(bytes);
  const rowsAt = PRELUDE_BYTES + viewOf(bytes).getUint32(6, true);
  const bodyAt = rowsAt + (header.rows?.bytes ?? 0);
  const checkedLength = bodyAt + (header.body?.bytes ?? 0);
  const flags = bytes[5] ?? 0;
  const wanted = checkedLength + CRC_BYTES + (flags & 1 ? SIGNATURE_BYTES : 0);
  if (bytes.length !== wanted) throw new Malformed(`${bytes.length} bytes; the header promises ${wanted}`);
  const checksum = viewOf(bytes).getUint32(checkedLength, true);
  if (compression.crc32(bytes.subarray(0, checkedLength)) !== checksum)
    throw new Malformed('checksum differs: bytes were changed on the way');
  return { header, bytes, rows: bytes.subarray(rowsAt, bodyAt), body: bytes.subarray(bodyAt, checkedLength) };
}

/** Whether the chunk carries a signature that fits `publicKey` (raw Ed25519, 32 bytes). */
export function isSignedBy(chunk: Pick<Chunk, 'bytes'>, publicKey: Uint8Array, verify: Verify): boolean {
  const { bytes } = chunk;
  if (((bytes[5] ?? 0) & 1) === 0) return false;
  const at = bytes.length - SIGNATURE_BYTES;
  return verify(publicKey, bytes.subarray(0, at), bytes.subarray(at));
}

/** Inflated rows; empty when the chunk has none. Throws `Malformed`. */
export const inflateRows = (chunk: Pick<Chunk, 'header' | 'rows'>, compression: Compression): Uint8Array =>
  inflateSection(chunk.header.rows, chunk.rows, compression);

/** Inflated body; empty when the chunk has none. Throws `Malformed`. */
export const inflateBody = (
  chunk: Pick<Chunk, 'header' | 'body'>,
  compression: Compression,
  dictionary?: Uint8Array,
): Uint8Array => inflateSection(chunk.header.body, chunk.body, compression, dictionary);

/** One section by what its header says of it: what a store keeps apart from its message. Throws `Malformed`. */
export function inflateSection(
  section: Section | undefined,
  bytes: Uint8Array,
  compression: Compression,
  dictionary?: Uint8Array,
): Uint8Array {
  if (section === undefined) return new Uint8Array(0);
  try {
    return compression.inflate(section.codec, bytes, section.inflated, dictionary);
  } catch (cause) {
    throw new Malformed(`a section that does not inflate to its ${section.inflated} bytes`, { cause });
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
