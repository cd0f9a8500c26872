// `POST /api/v1/write`: Prometheus' remote write as it is.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MetricKind, MetricSeries } from '@mosaic/wire';
import { bodyOf } from '../body.ts';
import { placed } from '../entity.ts';
import type { Doors } from '../intakes.ts';
import { IntakeRefusal, unreadable } from '../refusal.ts';
import { type RemoteSeries, readWriteRequest, type WriteRequest } from './write-request.ts';

/** prometheus.MetricMetadata.MetricType: COUNTER, HISTOGRAM, SUMMARY. */
const COUNTER = 1;
const NAME_LABEL = '__name__';
/** Suffixes of series that only grow, by Prometheus' naming, where no metadata came with them. */
const GROWING = /_(total|count|sum|bucket)$/;
const LATEST = 8.64e15;

/** 204 once all samples are durable. */
export async function answerRemoteWrite(
  doors: Doors,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  refuseOthers(request);
  const cluster = await doors.whose.writes(request);
  const body = await bodyOf(request, ['snappy']);
  const series = seriesOf(readWriteRequest(body));
  if (series.length > 0) await doors.filing.metrics(cluster.id, 'prometheus', body, series);
  response.writeHead(204).end();
}

function refuseOthers({ headers }: IncomingMessage): void {
  const encoding = headers['content-encoding'] ?? 'snappy';
  if (encoding !== 'snappy')
    throw new IntakeRefusal(415, 'encoding not known', `Content-Encoding ${encoding}: remote write is snappy`);
  if (/io\.prometheus\.write\.v2/.test(headers['content-type'] ?? ''))
    throw new IntakeRefusal(
      415,
      'version not known',
      'remote write 2.0: this door speaks 1.0 (prometheus.WriteRequest)',
    );
}

export function seriesOf({ series, types }: WriteRequest): MetricSeries[] {
  return series.map((one, place) => {
    const { [NAME_LABEL]: metric, ...rest } = one.labels;
    if (metric === undefined || metric === '') throw unreadable(`series ${place}: no ${NAME_LABEL} among its labels`);
    const odd = one.at.find((at) => !Number.isSafeInteger(at) || at < 0 || at > LATEST);
    if (odd !== undefined) throw unreadable(`series ${place} (${metric}): ${odd} is no instant in epoch ms`);
    const { entity, labels } = placed(rest);
    return { entity, metric, kind: kindOf(metric, types), labels, ...inOrder(one) };
  });
}

const kindOf = (metric: string, types: WriteRequest['types']): MetricKind => {
  const type = types.get(metric);
  if (type !== undefined) return type === COUNTER ? 'counter' : 'gauge';
  return GROWING.test(metric) ? 'counter' : 'gauge';
};

function inOrder({ at, values }: RemoteSeries): Pick<MetricSeries, 'at' | 'values'> {
  if (at.every((instant, i) => i === 0 || instant >= (at[i - 1] ?? 0))) return { at, values };
  const order = at.map((_, i) => i).sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0));
  return { at: order.map((i) => at[i] ?? 0), values: order.map((i) => values[i] ?? Number.NaN) };
}
