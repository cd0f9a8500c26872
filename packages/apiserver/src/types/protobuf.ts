// Kubernetes' protobuf bodies, which typed Go clients (kubectl among them) send for built-in kinds, read as the JSON they stand for.
import { isRecord, type Json, put } from '../json.ts';
import { badRequest } from '../port.ts';
import { type Field, type Message, messageNamed } from './catalog.ts';

const MAGIC = [0x6b, 0x38, 0x73, 0x00];
const MOST_DEPTH = 100;

/** The object in an envelope `k8s\0` + Unknown{ typeMeta, raw }. Throws 400 for bytes that are none, or of a kind that is not built in. */
export function readProtobuf(bytes: Uint8Array): Json {
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) throw broken('it does not begin with k8s');
  const envelope = rawFields(bytes.subarray(MAGIC.length));
  const type = rawFields(bytesOf(envelope.get(1)));
  const apiVersion = textOf(bytesOf(type.get(1)));
  const kind = textOf(bytesOf(type.get(2)));
  const message = messageNamed(nameOf(apiVersion, kind));
  if (message === undefined)
    throw badRequest(`${apiVersion} ${kind} is not understood as protobuf; send it as application/json`);
  return { apiVersion, kind, ...readMessage(bytesOf(envelope.get(2)), message, MOST_DEPTH) };
}

function nameOf(apiVersion: string, kind: string): string {
  if (kind.endsWith('Options')) return `meta.v1.${kind}`;
  const [group = '', version] = apiVersion.split('/');
  return version === undefined ? `core.${group}.${kind}` : `${group.split('.')[0]}.${version}.${kind}`;
}

const broken = (why: string) => badRequest(`the body of the request is not Kubernetes protobuf: ${why}`);

type Raw = bigint | Uint8Array;

/** Every field on the wire, in order, by number. */
function rawFields(bytes: Uint8Array): Map<number, Raw[]> {
  const found = new Map<number, Raw[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw broken('it ends in the middle of a number');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw broken('a number is too long');
  };
  const take = (size: number): Uint8Array => {
    if (size > bytes.length - at) throw broken('it ends in the middle of a field');
    at += size;
    return bytes.subarray(at - size, at);
  };
  while (at < bytes.length) {
    const key = varint();
    const value = rawValue(Number(key & 7n), varint, take);
    const number = Number(key >> 3n);
    found.set(number, [...(found.get(number) ?? []), value]);
  }
  return found;
}

function rawValue(wireType: number, varint: () => bigint, take: (size: number) => Uint8Array): Raw {
  if (wireType === 0) return varint();
  if (wireType === 1) return take(8);
  if (wireType === 2) return take(Number(varint()));
  if (wireType === 5) return take(4);
  throw broken(`wire type ${wireType} is not in use`);
}

const bytesOf = (raw: readonly Raw[] | undefined): Uint8Array => {
  const last = raw?.at(-1);
  return last instanceof Uint8Array ? last : new Uint8Array();
};
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function readMessage(bytes: Uint8Array, message: Message, left: number): Json {
  if (left === 0) throw broken('it nests too deeply');
  const raw = rawFields(bytes);
  const made: Json = {};
  for (const field of message.fields) {
    const values = raw.get(field.number);
    if (values === undefined) continue;
    const value = readField(values, field, left - 1);
    if (field.isInlined && isRecord(value)) Object.assign(made, value);
    else if (value !== undefined) put(made, field.name, value);
  }
  return made;
}

function readField(values: readonly Raw[], field: Field, left: number): unknown {
  if (field.many === 'map') return readMap(values, field, left);
  if (field.many === 'list')
    return values.flatMap((value) => unpacked(value, field)).map((value) => readValue(value, field.type, left));
  const last = values.at(-1);
  const value = last === undefined ? undefined : readValue(last, field.type, left);
  return field.isOptional || field.isInlined || !isZero(value) ? value : undefined;
}

/** What a field that cannot be absent holds when nobody set it: JSON leaves it out. */
const isZero = (value: unknown): boolean =>
  value === '' ||
  value === 0 ||
  value === false ||
  value === null ||
  (isRecord(value) && Object.keys(value).length === 0);

/** Numbers of a list may come in one piece. */
function unpacked(value: Raw, { type }: Field): readonly Raw[] {
  if (typeof value === 'bigint' || (type !== 'int32' && type !== 'int64')) return [value];
  const numbers: bigint[] = [];
  let number = 0n;
  let shift = 0n;
  for (const byte of value) {
    number |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte >= 0x80) continue;
    numbers.push(BigInt.asUintN(64, number));
    [number, shift] = [0n, 0n];
  }
  return numbers;
}

function readMap(values: readonly Raw[], { type }: Field, left: number): Json {
  const made: Json = {};
  for (const value of values) {
    const entry = rawFields(value instanceof Uint8Array ? value : new Uint8Array());
    const inner = entry.get(2)?.at(-1);
    put(made, textOf(bytesOf(entry.get(1))), inner === undefined ? '' : readValue(inner, type, left));
  }
  return made;
}

function readValue(raw: Raw, type: string, left: number): unknown {
  if (typeof raw === 'bigint') return type === 'bool' ? raw !== 0n : Number(BigInt.asIntN(64, raw));
  const message = messageNamed(type);
  if (message !== undefined) return readMessage(raw, message, left);
  const read = SCALARS[type];
  if (read === undefined) throw broken(`nothing is known of type ${type}`);
  return read(raw);
}

const SCALARS: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  string: textOf,
  bytes: (bytes) => Buffer.from(bytes).toString('base64'),
  double: (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat64(0, true),
  quantity: (bytes) => textOf(bytesOf(rawFields(bytes).get(1))),
  strings: (bytes) => (rawFields(bytes).get(1) ?? []).map((each) => textOf(bytesOf([each]))),
  json: (bytes) => jsonOf(bytesOf(rawFields(bytes).get(1))),
  time: (bytes) => instant(bytes, false),
  microtime: (bytes) => instant(bytes, true),
  'int-or-string': (bytes) => {
    const fields = rawFields(bytes);
    const kind = fields.get(1)?.at(-1) ?? 0n;
    return kind === 1n ? textOf(bytesOf(fields.get(3))) : Number(BigInt.asIntN(32, numberOf(fields.get(2))));
  },
};

const numberOf = (raw: readonly Raw[] | undefined): bigint => {
  const last = raw?.at(-1);
  return typeof last === 'bigint' ? last : 0n;
};

function jsonOf(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(textOf(bytes)) as unknown;
  } catch {
    throw broken('a raw field is not JSON');
  }
}

/** RFC 3339 to the second, or to the microsecond; nothing for an empty one. */
function instant(bytes: Uint8Array, isMicro: boolean): string | null {
  if (bytes.length === 0) return null;
  const fields = rawFields(bytes);
  const seconds = Number(BigInt.asIntN(64, numberOf(fields.get(1))));
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) throw broken('a time is out of range');
  const micros = String(Math.trunc(Number(numberOf(fields.get(2))) / 1000)).padStart(6, '0');
  return `${date.toISOString().slice(0, 19)}${isMicro ? `.${micros}` : ''}Z`;
}
