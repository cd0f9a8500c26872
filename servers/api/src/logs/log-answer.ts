// A kept line as the API tells it.

import type { ClusterRecord, FoundLine } from '@mosaic/store';
import type { LogLine, LogLineAnswer, LogStream } from '@mosaic/wire';
import { patternName } from './log-shape.ts';

const MOST_JSON_CHARS = 64 * 1024;
const MESSAGE_KEYS = ['message', 'msg', 'log', 'event'] as const;

/** RFC 3339 with nanoseconds. */
export const nanoInstant = (at: number, nanos: number): string =>
  `${new Date(at).toISOString().slice(0, -1)}${String(nanos).padStart(6, '0')}Z`;

export const lineId = (cluster: number, id: string): string => `${cluster}.${id}`;

/** The inverse of `lineId`; undefined for anything else. */
export function parseLineId(text: string): { readonly cluster: number; readonly id: string } | undefined {
  const match = /^(\d{1,9})\.(.+)$/s.exec(text);
  return match === null ? undefined : { cluster: Number(match[1]), id: match[2] ?? '' };
}

export const foundAnswer = (line: FoundLine, cluster: ClusterRecord, workload: string | undefined): LogLineAnswer =>
  lineAnswer(line, line.from, cluster, { id: lineId(cluster.id, line.id), workload });

export function lineAnswer(
  { at, nanos, channel, level, text, pattern }: LogLine,
  from: LogStream,
  { id: cluster, name: clusterName }: Pick<ClusterRecord, 'id' | 'name'>,
  more: { readonly id: string; readonly workload: string | undefined },
): LogLineAnswer {
  const { namespace, pod, podUid, container, restart, node } = from;
  const workload = from.workload ?? more.workload;
  const message = messageOf(text);
  return {
    id: more.id,
    at: nanoInstant(at, nanos),
    cluster,
    clusterName,
    namespace,
    ...(workload !== undefined && { workload }),
    pod,
    podUid,
    container,
    restart,
    node,
    stream: channel,
    level,
    line: text,
    ...(message !== undefined && { message }),
    ...(pattern !== 0 && { pattern: patternName(pattern) }),
  };
}

/** Of a line that is a JSON object: what it says to a person. */
export function messageOf(text: string): string | undefined {
  if (!text.startsWith('{') || text.length > MOST_JSON_CHARS) return undefined;
  try {
    const fields = JSON.parse(text) as Readonly<Record<string, unknown>>; // it began with a brace, so an object when it parses
    for (const key of MESSAGE_KEYS) {
      const value = fields[key];
      if (typeof value === 'string') return value;
    }
  } catch {
    // it only looked like JSON
  }
  return undefined;
}
