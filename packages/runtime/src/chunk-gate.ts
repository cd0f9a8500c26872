// The door every server has: a message is let in as a chunk when it is whole and signed by a key enrolled for the cluster it names.

import { type Chunk, type Compression, isSignedBy, readChunk, type Verify } from '@mosaic/wire';

export interface EnrolledKey {
  readonly keyId: string;
  /** Raw Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly revokedAt?: number;
}

/** `fault` is short and of a fixed few, for counters; `reason` is for a person. */
export type Fault = 'malformed' | 'unsigned' | 'unknown key' | 'revoked key' | 'wrong signature';
export type Checked =
  | { readonly ok: true; readonly chunk: Chunk }
  | { readonly ok: false; readonly fault: Fault; readonly reason: string };
export type ChunkGate = (bytes: Uint8Array) => Promise<Checked>;

/** A revocation is noticed after this at the latest; a new key at once, or a second after it was last asked for in vain. */
const KEYS_FRESH_MS = 10_000;
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
    const { cluster, keyId } = chunk.header;
    if (keyId === undefined) return { ok: false, fault: 'unsigned', reason: 'the chunk is not signed' };
    const key = await keys(cluster, keyId);
    const refuse = (fault: Fault, reason: string): Checked => ({ ok: false, fault, reason });
    if (key === undefined) return refuse('unknown key', `key ${keyId} is not enrolled for cluster ${cluster}`);
    if (key.revokedAt !== undefined) return refuse('revoked key', `key ${keyId} of cluster ${cluster} was revoked`);
    if (!fits(chunk, key, verify)) return refuse('wrong signature', `the signature does not fit key ${keyId}`);
    return { ok: true, chunk };
  };
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
  try {
    return isSignedBy(chunk, key.publicKey, verify);
  } catch {
    return false; // a stored key that is no key fits nothing
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
