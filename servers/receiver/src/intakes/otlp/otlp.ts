// `POST /v1/logs`, `/v1/metrics`, `/v1/traces`: OTLP over HTTP, protobuf and JSON (https://opentelemetry.io/docs/specs/otlp/#otlphttp).

import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf } from '../body.ts';
import type { Doors } from '../intakes.ts';
import { IntakeRefusal } from '../refusal.ts';
import { linesOf } from './logs.ts';
import { type Exported, type Fields, readExport } from './messages.ts';
import { seriesOf } from './metrics.ts';
import { connectionsOf } from './spans.ts';

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';

/** 200 with an empty response message of the request's own encoding, once all is durable. */
export const answerOtlp =
  (what: Exported) =>
  async (doors: Doors, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
    if (type !== PROTOBUF && type !== JSON_TYPE)
      throw new IntakeRefusal(415, 'type not known', `Content-Type ${type}: ${PROTOBUF} and ${JSON_TYPE} are`);
    const cluster = await doors.whose.writes(request);
    const body = await bodyOf(request);
    await file(doors, cluster.id, what, body, readExport(what, body, type === JSON_TYPE));
    response.writeHead(200, { 'Content-Type': type }).end(type === JSON_TYPE ? '{}' : undefined);
  };

async function file(
  { filing, halves, now }: Doors,
  cluster: number,
  what: Exported,
  body: Uint8Array,
  request: Fields,
): Promise<void> {
  if (what === 'logs') return filing.logs(cluster, 'otlp', body, linesOf(request, now()));
  if (what === 'metrics') return filing.metrics(cluster, 'otlp', body, seriesOf(request, now()));
  return filing.connections(cluster, 'otlp', body, connectionsOf(cluster, request, halves));
}
