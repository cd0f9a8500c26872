// How things are named across processes.

import { RELATIONS, type Relation } from './slim.ts';

/** 64-bit FNV-1a (Fowler, Noll, Vo), signed, as Cassandra's bigint holds it. */
export function hash64(text: string): bigint {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (let i = 0; i < text.length; i++) {
    low ^= text.charCodeAt(i);
    // (high·2^32 + low) · 0x100000001b3 mod 2^64 in 32-bit steps
    const lowTimes = (low >>> 0) * 0x1b3;
    const carry = Math.floor(lowTimes / 0x1_0000_0000);
    high = (Math.imul(high, 0x1b3) + carry + (low << 8)) >>> 0;
    low = lowTimes >>> 0;
  }
  return BigInt.asIntN(64, (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
}

/** 32-bit FNV-1a, for shards. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** `src` of the tables: one boot of one source. */
export const sourceHash = (source: string, boot: string): bigint => hash64(`${source}\n${boot}`);

/** Checkpoints are cut by namespace, so that a quiet namespace's shard can stay as it was. */
export const SHARDS = 16;
export const shardOf = (namespace: string): number => hash32(namespace) % SHARDS;

/** Stable over time and lives: `1:Deployment:shop:checkout`; cluster-scoped things have an empty namespace. */
export const nodeId = (cluster: number, kind: string, namespace: string, name: string): string =>
  `${cluster}:${kind}:${namespace}:${name}`;

export interface NodeName {
  readonly cluster: number;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** The inverse of `nodeId`; undefined for anything else. */
export function parseNodeId(id: string): NodeName | undefined {
  const match = /^(\d+):([^:]+):([^:]*):(.+)$/s.exec(id);
  if (match === null) return undefined;
  const [, cluster = '', kind = '', namespace = '', name = ''] = match;
  return { cluster: Number(cluster), kind, namespace, name };
}

/** `connects` edges also say which door: `connects~1:Deployment:shop:web~1:Deployment:shop:cart~8080/tcp`. */
export const edgeId = (
  relation: string,
  from: string,
  to: string,
  door?: { readonly port: number; readonly protocol: string },
): string =>
  door === undefined ? `${relation}~${from}~${to}` : `${relation}~${from}~${to}~${door.port}/${door.protocol}`;

export interface EdgeName {
  readonly relation: Relation;
  readonly from: string;
  readonly to: string;
  readonly port?: number;
  readonly protocol?: string;
}

/** The inverse of `edgeId`; undefined for anything else. */
export function parseEdgeId(id: string): EdgeName | undefined {
  const [word, from, to, door, ...rest] = id.split('~');
  const relation = RELATIONS.find((one) => one === word);
  if (relation === undefined || !from || !to || rest.length > 0) return undefined;
  if (door === undefined) return { relation, from, to };
  const [, port, protocol] = /^(\d{1,5})\/(\w+)$/.exec(door) ?? [];
  return port === undefined || protocol === undefined
    ? undefined
    : { relation, from, to, port: Number(port), protocol };
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const hourOf = (instant: number): number => Math.floor(instant / HOUR_MS);
export const dayOf = (instant: number): number => Math.floor(instant / DAY_MS);
export const weekOf = (instant: number): number => Math.floor(instant / (7 * DAY_MS));
