// One record as fluent-bit's HTTP output sends it (Format json), with the Kubernetes filter's fields.

import { unreadable } from '../refusal.ts';

export interface FluentRecord {
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  readonly container: string;
  readonly node: string;
  readonly channel: 'stdout' | 'stderr';
  /** Epoch ms and the nanoseconds within it. */
  readonly at: number;
  readonly nanos: number;
  readonly log: string;
}

const MOST_NAME_CHARS = 253;

/** All of a batch. Throws a 400 that names the first record that is wrong and what of it. */
export function recordsOf(body: Uint8Array): FluentRecord[] {
  const given = parsed(body);
  if (!Array.isArray(given)) throw unreadable('the body is no JSON array of records');
  return given.map((record: unknown, place) => recordOf(record, place));
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw unreadable(`the body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function recordOf(record: unknown, place: number): FluentRecord {
  if (!isFields(record)) throw unreadable(`record ${place}: expected an object`);
  const kubernetes = isFields(record.kubernetes) ? record.kubernetes : {};
  const need = (field: string): string => {
    const value = kubernetes[field];
    if (typeof value === 'string' && value !== '' && value.length <= MOST_NAME_CHARS) return value;
    throw unreadable(
      `record ${place}: kubernetes.${field}: expected a name of 1–${MOST_NAME_CHARS} characters, got ${told(value)}`,
    );
  };
  const namespace = need('namespace_name');
  const pod = need('pod_name');
  const container = need('container_name');
  const instant = typeof record.time === 'string' ? readNanos(record.time) : undefined;
  if (instant === undefined)
    throw unreadable(`record ${place}: time: expected an instant of RFC 3339, got ${told(record.time)}`);
  return {
    namespace,
    pod,
    podUid: textOf(kubernetes.pod_id),
    container,
    node: textOf(kubernetes.host),
    channel: record.stream === 'stderr' ? 'stderr' : 'stdout',
    ...instant,
    log: typeof record.log === 'string' ? record.log : record.log === undefined ? '' : JSON.stringify(record.log),
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' && value.length <= MOST_NAME_CHARS ? value : '');
const told = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 200);

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9})\d*)?([Zz]|[+-]\d{2}:\d{2})$/;

/** An instant of RFC 3339 with up to nine digits of a second, in any zone; undefined for anything else. */
export function readNanos(text: string): { readonly at: number; readonly nanos: number } | undefined {
  // An unescaped + of an offset arrives as a blank.
  const match = RFC3339.exec(text.replace(/ (\d{2}:\d{2})$/, '+$1'));
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour, minute, second, fraction = '', zone = 'Z'] = match;
  const isLeap = second === '60';
  const whole = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${isLeap ? '59' : second}${zone.toUpperCase()}`);
  const isRealDay = Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number.isNaN(whole) || !isRealDay || whole < 0) return undefined;
  const nanos = isLeap ? 999_999_999 : Number(fraction.padEnd(9, '0'));
  return { at: whole + Math.floor(nanos / 1_000_000), nanos: nanos % 1_000_000 };
}

/** RFC 3339 in UTC, as many digits of a second as it has. */
export function writeNanos(at: number, nanos: number): string {
  const whole = new Date(at).toISOString();
  const digits = `${whole.slice(20, 23)}${String(nanos).padStart(6, '0')}`.replace(/0+$/, '');
  return `${whole.slice(0, 19)}${digits === '' ? '' : `.${digits}`}Z`;
}
