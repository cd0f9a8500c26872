// OTLP's export requests, protobuf (opentelemetry-proto 1.x field numbers) and its JSON mapping (hex ids, 64-bit integers as text), read into one shape.

import protobuf from 'protobufjs';
import { messageOf } from '../body.ts';
import { unreadable } from '../refusal.ts';
import { checkShape } from './json-shape.ts';

export type Exported = 'logs' | 'metrics' | 'traces';
export type Fields = Readonly<Record<string, unknown>>;

const field = (id: number, type: string) => ({ id, type });
const many = (id: number, type: string) => ({ id, type, rule: 'repeated' });

// Only what is read stands here; a decoder passes over the rest.
const root = protobuf.Root.fromJSON({
  nested: {
    AnyValue: {
      oneofs: {
        value: {
          oneof: ['stringValue', 'boolValue', 'intValue', 'doubleValue', 'arrayValue', 'kvlistValue', 'bytesValue'],
        },
      },
      fields: {
        stringValue: field(1, 'string'),
        boolValue: field(2, 'bool'),
        intValue: field(3, 'int64'),
        doubleValue: field(4, 'double'),
        arrayValue: field(5, 'ArrayValue'),
        kvlistValue: field(6, 'KeyValueList'),
        bytesValue: field(7, 'bytes'),
      },
    },
    ArrayValue: { fields: { values: many(1, 'AnyValue') } },
    KeyValueList: { fields: { values: many(1, 'KeyValue') } },
    KeyValue: { fields: { key: field(1, 'string'), value: field(2, 'AnyValue') } },
    Resource: { fields: { attributes: many(1, 'KeyValue') } },
    Scope: { fields: { name: field(1, 'string') } },

    LogsRequest: { fields: { resourceLogs: many(1, 'ResourceLogs') } },
    ResourceLogs: { fields: { resource: field(1, 'Resource'), scopeLogs: many(2, 'ScopeLogs') } },
    ScopeLogs: { fields: { scope: field(1, 'Scope'), logRecords: many(2, 'LogRecord') } },
    LogRecord: {
      fields: {
        timeUnixNano: field(1, 'fixed64'),
        severityNumber: field(2, 'int32'),
        severityText: field(3, 'string'),
        body: field(5, 'AnyValue'),
        attributes: many(6, 'KeyValue'),
        observedTimeUnixNano: field(11, 'fixed64'),
      },
    },

    MetricsRequest: { fields: { resourceMetrics: many(1, 'ResourceMetrics') } },
    ResourceMetrics: { fields: { resource: field(1, 'Resource'), scopeMetrics: many(2, 'ScopeMetrics') } },
    ScopeMetrics: { fields: { scope: field(1, 'Scope'), metrics: many(2, 'Metric') } },
    Metric: {
      fields: {
        name: field(1, 'string'),
        unit: field(3, 'string'),
        gauge: field(5, 'Gauge'),
        sum: field(7, 'Sum'),
        histogram: field(9, 'Histogram'),
        exponentialHistogram: field(10, 'Histogram'),
        summary: field(11, 'Summary'),
      },
    },
    Gauge: { fields: { dataPoints: many(1, 'NumberPoint') } },
    Sum: {
      fields: {
        dataPoints: many(1, 'NumberPoint'),
        aggregationTemporality: field(2, 'int32'),
        isMonotonic: field(3, 'bool'),
      },
    },
    NumberPoint: {
      fields: {
        timeUnixNano: field(3, 'fixed64'),
        asDouble: field(4, 'double'),
        asInt: field(6, 'sfixed64'),
        attributes: many(7, 'KeyValue'),
        flags: field(8, 'uint32'),
      },
      oneofs: { value: { oneof: ['asDouble', 'asInt'] } },
    },
    Histogram: { fields: { dataPoints: many(1, 'HistogramPoint'), aggregationTemporality: field(2, 'int32') } },
    // Its packed fields 6 and 7 hold other things in an exponential histogram, whose buckets are not read.
    HistogramPoint: {
      fields: {
        timeUnixNano: field(3, 'fixed64'),
        count: field(4, 'fixed64'),
        sum: field(5, 'double'),
        bucketCounts: many(6, 'fixed64'),
        explicitBounds: many(7, 'double'),
        attributes: many(9, 'KeyValue'),
      },
    },
    Summary: { fields: { dataPoints: many(1, 'SummaryPoint') } },
    SummaryPoint: {
      fields: {
        timeUnixNano: field(3, 'fixed64'),
        count: field(4, 'fixed64'),
        sum: field(5, 'double'),
        quantileValues: many(6, 'Quantile'),
        attributes: many(7, 'KeyValue'),
      },
    },
    Quantile: { fields: { quantile: field(1, 'double'), value: field(2, 'double') } },

    TracesRequest: { fields: { resourceSpans: many(1, 'ResourceSpans') } },
    ResourceSpans: { fields: { resource: field(1, 'Resource'), scopeSpans: many(2, 'ScopeSpans') } },
    ScopeSpans: { fields: { scope: field(1, 'Scope'), spans: many(2, 'Span') } },
    Span: {
      fields: {
        traceId: field(1, 'bytes'),
        spanId: field(2, 'bytes'),
        parentSpanId: field(4, 'bytes'),
        name: field(5, 'string'),
        kind: field(6, 'int32'),
        startTimeUnixNano: field(7, 'fixed64'),
        endTimeUnixNano: field(8, 'fixed64'),
        attributes: many(9, 'KeyValue'),
        status: field(15, 'Status'),
      },
    },
    Status: { fields: { code: field(3, 'int32') } },
  },
});

const TYPES: Readonly<Record<Exported, string>> = {
  logs: 'LogsRequest',
  metrics: 'MetricsRequest',
  traces: 'TracesRequest',
};

/** 64-bit numbers as text, ids as hexadecimal text: the shape of OTLP's JSON. Throws a 400. */
export function readExport(what: Exported, body: Uint8Array, isJson: boolean): Fields {
  try {
    const type = root.lookupType(TYPES[what]);
    if (isJson) return parsed(type, body);
    return type.toObject(type.decode(body), { longs: String, bytes: String, oneofs: false }) as Fields; // toObject makes plain objects
  } catch (error) {
    throw unreadable(`the body is no OTLP ${what} request in ${isJson ? 'JSON' : 'protobuf'}: ${messageOf(error)}`);
  }
}

function parsed(type: protobuf.Type, body: Uint8Array): Fields {
  const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  checkShape(type, value);
  return value as Fields; // an object: checked on the line above
}

/** A list of objects, whatever came. */
export const listed = (value: unknown): readonly Fields[] =>
  Array.isArray(value) ? value.filter((one): one is Fields => typeof one === 'object' && one !== null) : [];

export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}; // an object: checked here

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
export const numberOf = (value: unknown): number =>
  typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;

/** Epoch ms and the nanoseconds within it; undefined for none or nonsense. */
export function instantOf(value: unknown): { readonly at: number; readonly nanos: number } | undefined {
  const text = typeof value === 'number' ? String(value) : textOf(value);
  if (!/^\d{1,20}$/.test(text)) return undefined;
  const all = BigInt(text);
  const at = Number(all / 1_000_000n);
  return all === 0n || at > 8.64e15 ? undefined : { at, nanos: Number(all % 1_000_000n) };
}

/** Attributes by name, as text; structures as JSON. */
export function attributesOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(listed(value).map((one) => [textOf(one.key), anyText(one.value)]));
}

const MOST_DEPTH = 16;

export function anyText(value: unknown): string {
  const plain = anyValue(value, 0);
  return typeof plain === 'string' ? plain : plain === undefined ? '' : JSON.stringify(plain);
}

function anyValue(value: unknown, depth: number): unknown {
  const any = fieldsOf(value);
  if (any.stringValue !== undefined) return textOf(any.stringValue);
  if (any.boolValue !== undefined) return any.boolValue === true;
  if (any.intValue !== undefined) return numberOf(any.intValue);
  if (any.doubleValue !== undefined) return numberOf(any.doubleValue);
  if (any.bytesValue !== undefined) return textOf(any.bytesValue);
  if (depth >= MOST_DEPTH) return '…';
  if (any.arrayValue !== undefined)
    return listed(fieldsOf(any.arrayValue).values).map((one) => anyValue(one, depth + 1));
  if (any.kvlistValue === undefined) return undefined;
  const pairs = listed(fieldsOf(any.kvlistValue).values);
  return Object.fromEntries(pairs.map((one) => [textOf(one.key), anyValue(one.value, depth + 1)]));
}
