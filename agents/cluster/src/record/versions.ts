// The last version of every object, compressed, so that the next one is written as its difference to a snapshot.
// Two levels, never a chain: `base` is a snapshot that was sent whole, `now` the newest version, deflated with the base as dictionary.

import type { Json } from '@mosaic/kat';
import { type Compression, decodeUtf8, type Encoding } from '@mosaic/wire';

const DEFLATE = 2;
const LEVEL = 6;
/** What a difference costs even against a fresh snapshot: only what is spent above it speaks for a new one. */
const USUAL_BYTES = 96;
/** Deflate's window (RFC 1951): of a longer snapshot only the end can be referred to. */
const WINDOW_BYTES = 32 * 1024;

/** One written version: how it was kept, and the snapshot it names. */
export interface Written {
  readonly enc: Encoding;
  readonly body: Uint8Array;
  readonly inflated: number;
  readonly baseAt?: number;
  readonly baseRv?: number;
}

export interface Versions {
  /** Keeps and encodes the newest version. `whole`: as a snapshot, whatever came before. */
  write(uid: string, json: Uint8Array, parsed: Json, at: number, rv: number, whole: boolean): Written;
  /** The version before, to compare with; undefined when it is not kept. */
  last(uid: string): Json | undefined;
  /** Instant of the snapshot that the next version would be written against. */
  baseAt(uid: string): number | undefined;
  /** The newest version once more, as a snapshot; undefined when it is not kept. */
  snapshot(uid: string, at: number, rv: number): Written | undefined;
  forget(uid: string): void;
  clear(): void;
  readonly bytes: number;
}

interface Kept {
  at: number;
  rv: number;
  base: Uint8Array;
  baseSize: number;
  now: Uint8Array | undefined;
  nowSize: number;
  /** Bytes of versions written against the base so far. */
  spent: number;
}

interface Warm {
  readonly base: Uint8Array;
  readonly last: Json;
}

export interface VersionLimits {
  /** Compressed versions kept, in bytes; beyond it the longest unchanged are forgotten and begin anew with a snapshot. */
  readonly versionBytes: number;
  /** Parsed versions kept, by count: only speed. */
  readonly parsedVersions: number;
}

export function versions(compression: Compression, limits: VersionLimits): Versions {
  const kept = new Map<string, Kept>(); // oldest change first
  const warm = new Map<string, Warm>();
  let bytes = 0;

  /** A copy of its own: what node:zlib answers is a view into 16 KiB or more that it would keep alive. */
  const packed = (json: Uint8Array, dictionary?: Uint8Array): Uint8Array =>
    new Uint8Array(compression.compress(DEFLATE, json, { level: LEVEL, ...(dictionary && { dictionary }) }));
  const drop = (uid: string): void => {
    const found = kept.get(uid);
    if (found === undefined) return;
    bytes -= sizeOf(found);
    kept.delete(uid);
  };
  const keep = (uid: string, version: Kept, parsed: Json, base: Uint8Array): void => {
    drop(uid);
    kept.set(uid, version);
    bytes += sizeOf(version);
    warm.delete(uid);
    warm.set(uid, { base, last: parsed });
    if (warm.size > limits.parsedVersions) warm.delete(firstOf(warm));
    while (bytes > limits.versionBytes && kept.size > 1) drop(firstOf(kept));
  };
  const baseOf = (uid: string, { base, baseSize }: Kept): Uint8Array =>
    warm.get(uid)?.base ?? compression.inflate(DEFLATE, base, baseSize);
  const newest = (uid: string, version: Kept): Uint8Array => {
    const base = baseOf(uid, version);
    return version.now === undefined ? base : compression.inflate(DEFLATE, version.now, version.nowSize, base);
  };

  const whole = (uid: string, json: Uint8Array, parsed: Json, at: number, rv: number, body: Uint8Array): Written => {
    const version = { at, rv, base: body, baseSize: json.length, now: undefined, nowSize: 0, spent: 0 };
    keep(uid, version, parsed, json);
    return { enc: 1, body, inflated: json.length };
  };

  return {
    write(uid, json, parsed, at, rv, mustBeWhole) {
      const before = mustBeWhole ? undefined : kept.get(uid);
      if (before === undefined) return whole(uid, json, parsed, at, rv, packed(json));
      const base = baseOf(uid, before);
      const difference = packed(json, base);
      const spent = before.spent + Math.max(0, difference.length - USUAL_BYTES);
      if (json.length > WINDOW_BYTES || spent > before.base.length) {
        const full = packed(json);
        if (spent > before.base.length || full.length <= difference.length)
          return whole(uid, json, parsed, at, rv, full);
      }
      keep(uid, { ...before, now: difference, nowSize: json.length, spent }, parsed, base);
      return { enc: 2, body: difference, inflated: json.length, baseAt: before.at, baseRv: before.rv };
    },
    last(uid) {
      const found = warm.get(uid);
      if (found) return found.last;
      const version = kept.get(uid);
      return version && (JSON.parse(decodeUtf8(newest(uid, version))) as Json); // written by us from a manifest
    },
    baseAt: (uid) => kept.get(uid)?.at,
    snapshot(uid, at, rv) {
      const version = kept.get(uid);
      if (version === undefined) return undefined;
      const json = newest(uid, version);
      const body = version.now === undefined ? version.base : packed(json);
      const parsed = warm.get(uid)?.last ?? (JSON.parse(decodeUtf8(json)) as Json); // written by us from a manifest
      return whole(uid, json, parsed, at, rv, body);
    },
    forget(uid) {
      drop(uid);
      warm.delete(uid);
    },
    clear() {
      kept.clear();
      warm.clear();
      bytes = 0;
    },
    get bytes() {
      return bytes;
    },
  };
}

const OVERHEAD_BYTES = 300;
const sizeOf = ({ base, now }: Kept): number => base.length + (now?.length ?? 0) + OVERHEAD_BYTES;
const firstOf = (map: ReadonlyMap<string, unknown>): string => map.keys().next().value ?? '';
