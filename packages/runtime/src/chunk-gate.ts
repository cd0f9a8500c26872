// The door every server has: a message is let in as a chunk when it is whole and signed by a key enrolled for the cluster it names.

import {
  type Chunk,
  type Compression,
  fromBase64,
  isCertified,
  isSignedBy,
  NODE_SIGNALS,
  nodeSource,
  readChunk,
  type Verify,
} from '@mosaic/wire';
import { keyIdOf } from './keys.ts';

export interface EnrolledKey {
  readonly keyId: string;
  /** Raw Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly revokedAt?: number;
}

/** `fault` is short and of a fixed few, for counters; `reason` is for a person. */
export type Fault = 'malformed' | 'unsigned' | 'unknown key' | 'revoked key' | 'wrong signature' | 'not certified';
export type Checked =
  | { readonly ok: true; readonly chunk: Chunk }
  | { readonly ok: false; readonly fault: Fault; readonly reason: string };
export type ChunkGate = (bytes: Uint8Array) => Promise<Checked>;

/** A revocation is noticed after this at the latest; a new key at once, or a second after it was last asked for in vain. */
const KEYS_FRESH_MS = 3_000;
const MOST_CLUSTERS_CACHED = 10_000;
/** The same unknown key is not looked up oftener: a stranger's flood must not become the store's. */
const UNKNOWN_FOR_MS = 1_000;
const MOST_UNKNOWN = 10_000;

/** Rejects only when `keysOf` does (the store is away): then nothing is known of the chunk and it should come again. */
export function chunkGate(ports: {
  readonly keysOf: (cluster: number) => Promise<readonly EnrolledKey[]>;
  readonly compression: Compression;
  readonly verify: Verify;
  readonly now?: () => number;
}): ChunkGate {
  const { compression, verify, now = Date.now } = ports;
  const keys = keyCache(ports.keysOf, now);
  return async (bytes) => {
    const chunk = readAny(bytes, compression);
    if (typeof chunk === 'string') return { ok: false, fault: 'malformed', reason: chunk };
    const { cluster, keyId, certificate } = chunk.header;
    if (keyId === undefined) return { ok: false, fault: 'unsigned', reason: 'the chunk is not signed' };
    const refuse = (fault: Fault, reason: string): Checked => ({ ok: false, fault, reason });
    const by = certificate?.by ?? keyId;
    const key = await keys(cluster, by);
    if (certificate !== undefined && key !== undefined && key.revokedAt === undefined) {
      const against = certificateFault(chunk, key, verify, now());
      if (against !== undefined) return refuse('not certified', against);
      const own = { keyId, publicKey: fromBase64(certificate.key) };
      return fits(chunk, own, verify)
        ? { ok: true, chunk }
        : refuse('wrong signature', `the signature does not fit key ${keyId}`);
    }
    if (key === undefined) return refuse('unknown key', `key ${by} is not enrolled for cluster ${cluster}`);
    if (key.revokedAt !== undefined) return refuse('revoked key', `key ${by} of cluster ${cluster} was revoked`);
    if (!fits(chunk, key, verify)) return refuse('wrong signature', `the signature does not fit key ${keyId}`);
    return { ok: true, chunk };
  };
}

/** A node's clock may be wrong by hours; that is measured and told, not refused. What it sealed may wait in its spool. */
const CLOCKS_APART_MS = 24 * 3_600_000;
const SPOOLED_MS = 48 * 3_600_000;

/** Why the node's key may not say this; undefined when it may. */
function certificateFault({ header }: Chunk, by: EnrolledKey, verify: Verify, now: number): string | undefined {
  const { certificate, cluster, signal, source, sealedAt, keyId } = header;
  if (certificate === undefined) return 'no certificate';
  const { node, key, from, until } = certificate;
  if (!isSoundly(() => isCertified(cluster, certificate, by.publicKey, verify)))
    return `the certificate of node ${node} is not signed by key ${by.keyId}`;
  if (keyIdOf(fromBase64(key)) !== keyId) return `the certificate of node ${node} is for another key`;
  if (sealedAt < from - CLOCKS_APART_MS || sealedAt > until + CLOCKS_APART_MS || now > until + SPOOLED_MS)
    return `the certificate of node ${node} does not hold at ${new Date(sealedAt).toISOString()}`;
  if (!NODE_SIGNALS.has(signal)) return `a node's key may not tell ${signal}`;
  if (source !== nodeSource(node)) return `the certificate is for node ${node}, not for ${source}`;
  return undefined;
}

/** Reading is pure: whatever it throws is about the bytes. */
function readAny(bytes: Uint8Array, compression: Compression): Chunk | string {
  try {
    return readChunk(bytes, compression);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function fits(chunk: Chunk, key: EnrolledKey, verify: Verify): boolean {
  return isSoundly(() => isSignedBy(chunk, key.publicKey, verify));
}

/** A stored key that is no key fits nothing. */
function isSoundly(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}

interface Kept {
  readonly at: number;
  readonly keys: Promise<readonly EnrolledKey[]>;
}

/** Reads a cluster's keys when they are old or `keyId` is not among them; those who ask at the same time share one reading. */
function keyCache(keysOf: (cluster: number) => Promise<readonly EnrolledKey[]>, now: () => number) {
  const kept = new Map<number, Kept>();
  const read = (cluster: number): Promise<readonly EnrolledKey[]> => {
    if (kept.size >= MOST_CLUSTERS_CACHED) kept.clear();
    const fresh: Kept = { at: now(), keys: keysOf(cluster) };
    kept.set(cluster, fresh);
    fresh.keys.catch(() => kept.get(cluster) === fresh && kept.delete(cluster));
    return fresh.keys;
  };
  const find = async (keys: Promise<readonly EnrolledKey[]>, keyId: string) =>
    (await keys).find((key) => key.keyId === keyId);
  const unknown = new Map<string, number>();
  const missed = (name: string): undefined => {
    if (unknown.size >= MOST_UNKNOWN) unknown.clear();
    unknown.set(name, now());
  };
  return async (cluster: number, keyId: string): Promise<EnrolledKey | undefined> => {
    const known = kept.get(cluster);
    const isFresh = known !== undefined && now() - known.at <= KEYS_FRESH_MS;
    const found = isFresh ? await find(known.keys, keyId) : undefined;
    if (found !== undefined) return found;
    const name = `${cluster} ${keyId}`;
    if (isFresh && now() - (unknown.get(name) ?? Number.NEGATIVE_INFINITY) < UNKNOWN_FOR_MS) return undefined;
    const newer = kept.get(cluster);
    return (await find(newer !== undefined && newer !== known ? newer.keys : read(cluster), keyId)) ?? missed(name);
  };
}
