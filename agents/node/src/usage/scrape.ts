// Pods that ask for it by annotation are scraped: `prometheus.io/scrape: "true"`, with `port`, `path` and `scheme`.

import { type MetricSeries, podEntity } from '@mosaic/wire';
import type { PodOnNode } from '../ports.ts';
import { readExposition } from './exposition.ts';

export interface Scraped {
  readonly series: readonly MetricSeries[];
  /** Why a pod could not be read, by pod. */
  readonly failures: ReadonlyMap<string, string>;
}

export const WITHIN_MS = 5_000;
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_SAMPLES = 2_000;
const AT_ONCE = 8;

export type Fetch = (url: string, init: { signal: AbortSignal; headers: Record<string, string> }) => Promise<Response>;

/** Where the pod says it is to be scraped; undefined when it does not. */
export function targetOf({ annotations, ips, ports, hostNetwork: _ }: PodOnNode): string | undefined {
  if (annotations['prometheus.io/scrape'] !== 'true') return undefined;
  const ip = ips[0];
  const port = Number(annotations['prometheus.io/port'] ?? ports[0]);
  if (ip === undefined || !Number.isInteger(port) || port < 1 || port > 65_535) return undefined;
  const scheme = annotations['prometheus.io/scheme'] === 'https' ? 'https' : 'http';
  const path = annotations['prometheus.io/path'] ?? '/metrics';
  return `${scheme}://${ip.includes(':') ? `[${ip}]` : ip}:${port}${path.startsWith('/') ? path : `/${path}`}`;
}

export async function scrape(
  pods: readonly PodOnNode[],
  now: () => number,
  fetchIt: Fetch = fetch,
  withinMs = WITHIN_MS,
): Promise<Scraped> {
  const wanted = pods.flatMap((pod) => {
    const url = targetOf(pod);
    return url === undefined ? [] : [{ pod, url }];
  });
  const series: MetricSeries[] = [];
  const failures = new Map<string, string>();
  let next = 0;
  const work = async (): Promise<void> => {
    for (let target = wanted[next++]; target !== undefined; target = wanted[next++]) {
      const { pod, url } = target;
      try {
        for (const one of await scrapeOne(pod, url, now, fetchIt, withinMs)) series.push(one);
      } catch (error) {
        failures.set(`${pod.namespace}/${pod.name}`, error instanceof Error ? error.message : String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, wanted.length) }, work));
  return { series, failures };
}

async function scrapeOne(
  { namespace, name }: PodOnNode,
  url: string,
  now: () => number,
  fetchIt: Fetch,
  withinMs: number,
): Promise<MetricSeries[]> {
  const answer = await fetchIt(url, {
    signal: AbortSignal.timeout(withinMs),
    headers: { Accept: 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4' },
  });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  const { samples } = readExposition(await bounded(answer, url), MOST_SAMPLES);
  const at = now();
  const entity = podEntity(namespace, name);
  // NaN would say that the series ended.
  const told = samples.filter(({ value }) => !Number.isNaN(value));
  return told.map(({ metric, kind, labels, value }) => ({
    ...{ entity, metric, kind, labels, at: [at], values: [value] },
  }));
}

async function bounded(answer: Response, url: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.length;
    if (size > MOST_BYTES) throw new Error(`${url} answers more than ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
