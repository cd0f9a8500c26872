// OTLP log records as lines.

import type { LogLevel } from '@mosaic/wire';
import type { SentLine } from '../filing.ts';
import { anyText, attributesOf, type Fields, fieldsOf, instantOf, listed, numberOf } from './messages.ts';
import { streamOf } from './resource.ts';

/** SeverityNumber 1–24 in steps of four (OpenTelemetry logs data model). */
const LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

export function linesOf(request: Fields, now: number): SentLine[] {
  return listed(request.resourceLogs).flatMap((resourceLogs) => {
    const stream = streamOf(attributesOf(fieldsOf(resourceLogs.resource).attributes));
    const records = listed(resourceLogs.scopeLogs).flatMap(({ logRecords }) => listed(logRecords));
    return records.map((record): SentLine => {
      const instant = instantOf(record.timeUnixNano) ?? instantOf(record.observedTimeUnixNano) ?? { at: now, nanos: 0 };
      const attributes = attributesOf(record.attributes);
      const level = levelOf(numberOf(record.severityNumber));
      return {
        stream,
        channel: attributes['log.iostream'] === 'stderr' ? 'stderr' : 'stdout',
        ...instant,
        text: anyText(record.body),
        ...(level !== undefined && { level }),
      };
    });
  });
}

function levelOf(severity: number): LogLevel | undefined {
  return severity >= 1 && severity <= 24 ? LEVELS[Math.floor((severity - 1) / 4)] : undefined;
}
