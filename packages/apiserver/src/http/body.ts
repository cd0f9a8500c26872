// Reading a request's body: bounded, JSON or YAML, and only in formats the endpoint knows.
import type { IncomingMessage } from 'node:http';
import { parseAllDocuments } from 'yaml';
import { isRecord, type Json } from '../json.ts';
import { badRequest } from '../port.ts';
import { tooLarge, unsupportedType } from '../status.ts';
import { readProtobuf } from '../types/protobuf.ts';

/** As etcd's default request limit with room for JSON around it: what a real API server takes. */
const MOST_BODY_BYTES = 3 * 1024 * 1024;
/** Aliases may multiply a small YAML text; Kubernetes refuses it in the same spirit. */
const MOST_YAML_ALIASES = 100;
const MOST_DEPTH = 200;

export const readBody = async (req: IncomingMessage): Promise<string> => (await readBytes(req)).toString('utf8');

async function readBytes(req: IncomingMessage): Promise<Buffer> {
  if (Number(req.headers['content-length'] ?? 0) > MOST_BODY_BYTES) throw tooLarge(MOST_BODY_BYTES);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of req as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_BODY_BYTES) throw tooLarge(MOST_BODY_BYTES);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

export const contentType = (req: IncomingMessage): string =>
  (req.headers['content-type'] ?? 'application/json').split(';')[0]?.trim().toLowerCase() ?? '';

const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const OBJECT_TYPES = ['application/json', 'application/yaml', PROTOBUF];

/** The object a create or replace carries. */
export async function readObject(req: IncomingMessage): Promise<Json> {
  return (await readOptionalObject(req)) ?? parseObject('', false);
}

/** As `readObject`, or nothing when there is no body. */
export async function readOptionalObject(req: IncomingMessage): Promise<Json | undefined> {
  const bytes = await readBytes(req);
  if (bytes.length === 0) return undefined;
  const type = contentType(req);
  if (!OBJECT_TYPES.includes(type)) throw unsupportedType(OBJECT_TYPES.join(', '));
  return type === PROTOBUF ? readProtobuf(bytes) : parseObject(bytes.toString('utf8'), type === 'application/yaml');
}

export function parseObject(text: string, yaml: boolean): Json {
  const value = yaml ? parseYaml(text) : parseJson(text);
  if (!isRecord(value)) throw badRequest('the body of the request is not an object');
  return value;
}

export function parseJson(text: string): unknown {
  const value = attempt(() => JSON.parse(text) as unknown, 'JSON');
  boundDepth(value, MOST_DEPTH);
  return value;
}

function parseYaml(text: string): unknown {
  const [first, second] = attempt(() => [...parseAllDocuments(text, { version: '1.2' })], 'YAML');
  if (second !== undefined) throw badRequest('the body of the request holds more than one YAML document');
  if (first === undefined) return undefined;
  const [error] = 'errors' in first ? first.errors : [];
  if (error !== undefined) throw badRequest(`the body of the request is not YAML: ${error.message}`);
  const value = attempt(() => first.toJS({ maxAliasCount: MOST_YAML_ALIASES }) as unknown, 'YAML');
  boundDepth(value, MOST_DEPTH);
  return value;
}

function attempt<T>(parse: () => T, format: string): T {
  try {
    return parse();
  } catch (cause) {
    throw badRequest(`the body of the request is not ${format}: ${cause instanceof Error ? cause.message : cause}`);
  }
}

function boundDepth(value: unknown, left: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (left === 0) throw badRequest(`the body of the request nests deeper than ${MOST_DEPTH} levels`);
  for (const each of Object.values(value)) boundDepth(each, left - 1);
}
