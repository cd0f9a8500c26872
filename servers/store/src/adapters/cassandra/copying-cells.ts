// Cells as JSON and back: every type that the schema has, without loss.

import type { ColumnShape } from '../../backup/manifest.ts';
import type { Value } from './session.ts';

const PLAIN =
  'text|varchar|ascii|boolean|tinyint|smallint|int|bigint|counter|timestamp|uuid|timeuuid|inet|double|float';
const KNOWN = new RegExp(`^(?:(?:blob|${PLAIN})|(?:frozen<)?(?:list|set|map)<(?:(?:${PLAIN})(?:, )?)+>>?)$`);

/** Throws when the schema grew a type that nobody taught us. */
export function expectKnown(table: string, { name, type }: ColumnShape): void {
  if (!KNOWN.test(type)) throw new Error(`${table}.${name} is ${type}, which backups cannot hold yet`);
}

/** What the driver read. A number that JavaScript cannot hold whole travels as text. */
export function toJson(cell: unknown): unknown {
  if (cell === null || ['string', 'number', 'boolean'].includes(typeof cell)) return cell;
  if (cell instanceof Date) return cell.getTime();
  if (cell instanceof Uint8Array) return Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength).toString('base64');
  if (Array.isArray(cell)) return cell.map(toJson);
  if (isPlain(cell)) return Object.fromEntries(Object.entries(cell).map(([key, value]) => [key, toJson(value)]));
  return String(cell); // Long, Uuid, InetAddress
}

const isPlain = (cell: unknown): cell is object => Object.getPrototypeOf(cell) === Object.prototype;

/** What the driver takes for a column of that type: of numbers, addresses and UUIDs it reads the text. */
export const fromJson = (cell: unknown, type: string): Value =>
  type === 'blob' ? Buffer.from(cell as string, 'base64') : (cell as Value); // toJson wrote it
