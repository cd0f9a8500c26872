// Pod logs on demand, through the API server: a real cluster without node agents can be read from day one.

import type { ClusterRecord } from '@mosaic/store';
import { type PodLogAnswer, podLogSchema, type Slim } from '@mosaic/wire';
import type { Asking } from '../asking/asking.ts';
import { rfc3339 } from '../asking/instants.ts';
import { notKnown, notNow, Refused } from '../asking/problem.ts';
import { type RawQuery, readQuery, truth, whole, words } from '../asking/query.ts';
import type { ObjectPath } from '../objects/objects.ts';
import type { Endpoint } from '../openapi/endpoint.ts';
import type { LiveReader, PodLogOptions } from '../ports.ts';

const how = {
  container: words('The main one when absent'),
  previous: truth('Of the container before its last restart'),
  tail: whole('At most so many of the newest lines', 1, 10_000, 500),
  sinceSeconds: whole('Only lines of the last so many seconds', 1, 30 * 86_400, undefined),
};
const MOST_BYTES = 4 * 1024 * 1024;
const WITHIN_MS = 15_000;

export const onDemandEndpoints: readonly Endpoint[] = [
  {
    path: '/objects/{cluster}/{uid}/log',
    about: 'Lines of a running pod, read now through its API server, by its uid',
    query: how,
    answer: podLogSchema,
  },
];

/** A pod's newest lines, asked for by name. */
export interface PodWish {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string | undefined;
  readonly previous: boolean;
  readonly tail: number;
  readonly sinceSeconds: number | undefined;
}

export interface OnDemand {
  /** Whether this cluster can be read from here at all. */
  reaches(cluster: number): boolean;
  ofPod(cluster: ClusterRecord, wish: PodWish): Promise<PodLogAnswer>;
  ofObject(path: ObjectPath, query: RawQuery): Promise<PodLogAnswer>;
}

export function onDemand({ clusters, moments, reader, now }: Asking): OnDemand {
  /** Of a pod that is there now; its first container stands for it. */
  const ask = async (
    record: ClusterRecord,
    isIt: (slim: Slim) => boolean,
    options: Options,
    named?: PodName,
  ): Promise<PodLogAnswer> => {
    const source = reachable(reader, record.id, record.name);
    const { objects } = await moments.of(record, now());
    const slim = [...objects.values()].find((one) => one.kind === 'Pod' && isIt(one));
    const pod = slim === undefined ? named : { namespace: slim.namespace, pod: slim.name };
    if (pod === undefined)
      throw notKnown(`no such pod runs in cluster ${record.name}; logs of what is gone were not stored`);
    const main = slim?.containers.find(({ init }) => init !== true)?.name;
    return read(source, { cluster: record.id, ...pod }, options, options.container ?? main ?? '');
  };
  return {
    reaches: (cluster) => reader !== undefined && (reader.reaches?.(cluster) ?? true),
    ofPod(cluster, { namespace, pod, ...options }) {
      const isIt = (slim: Slim): boolean => slim.name === pod && slim.namespace === namespace;
      return ask(cluster, isIt, options, { namespace, pod });
    },
    async ofObject({ cluster, uid }, query) {
      const options = readQuery(how, query, now());
      return ask(await clusters.one(cluster), (slim) => slim.uid === uid, options);
    },
  };
}

function reachable(reader: LiveReader | undefined, cluster: number, name: string): LiveReader {
  if (reader !== undefined && (reader.reaches?.(cluster) ?? true)) return reader;
  throw notNow(
    `cluster ${name} cannot be read from here: this process has no way to its API server, and no node agent stores its logs`,
    60_000,
  );
}

interface PodName {
  readonly namespace: string;
  readonly pod: string;
}
interface Pod extends PodName {
  readonly cluster: number;
}
interface Options {
  readonly container: string | undefined;
  readonly previous: boolean;
  readonly tail: number;
  readonly sinceSeconds: number | undefined;
}

async function read(
  reader: LiveReader,
  { cluster, namespace, pod }: Pod,
  { container, previous, tail, sinceSeconds }: Options,
  told: string,
): Promise<PodLogAnswer> {
  const options: PodLogOptions = {
    timestamps: true,
    tail,
    signal: AbortSignal.timeout(WITHIN_MS),
    ...(previous && { previous }),
    ...(container !== undefined && { container }),
    ...(sinceSeconds !== undefined && { sinceSeconds }),
  };
  const items: PodLogAnswer['items'] = [];
  let bytes = 0;
  try {
    for await (const line of reader.podLogs(cluster, namespace, pod, options)) {
      bytes += line.length;
      if (items.length >= tail || bytes > MOST_BYTES) return { items, source: 'api-server', truncated: true };
      items.push(lineOf(line, told));
    }
  } catch (error) {
    throw refusal(error, `${namespace}/${pod}`);
  }
  return { items, source: 'api-server', truncated: false };
}

/** `2026-01-31T03:14:20.123456789Z text`. */
function lineOf(text: string, container: string): PodLogAnswer['items'][number] {
  const match = /^(\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})) ?(.*)$/s.exec(text);
  const at = match === null ? Number.NaN : Date.parse(match[1] ?? '');
  if (match === null || Number.isNaN(at)) return { container, line: text };
  return { at: rfc3339(at), container, line: match[2] ?? '' };
}

/** What the cluster's API server answered, passed on in our words. */
function refusal(error: unknown, pod: string): Refused {
  const said = error instanceof Error ? error.message : String(error);
  const code = statusOf(error);
  if (code === 404) return notKnown(`pod ${pod} is not running: ${said}`);
  if (code === 400) return new Refused(422, `pod ${pod}: ${said}`);
  if (code === 403) return new Refused(403, `the agent may not read logs of ${pod}: ${said}`);
  return notNow(`the cluster's API server did not answer for ${pod}: ${said}`);
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, statusCode, status } = error as { code?: unknown; statusCode?: unknown; status?: unknown }; // read, then checked
  return [code, statusCode, status].find((one) => typeof one === 'number');
}
