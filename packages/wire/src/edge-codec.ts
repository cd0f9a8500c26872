// A minute's edges as columns. Ends repeat, so each is written once.

import { type Columns, dictionary, integers, json, maybeInteger, readColumns, writeColumns } from './columns.ts';
import type { EdgeEnd, EdgeMinute } from './edge.ts';

const nobody: EdgeEnd = { kind: 'Unknown', namespace: '', name: '', ip: '' };

/** Confidence in thousandths, open in hundredths: integers stay short. */
interface Row extends Omit<EdgeMinute, 'open' | 'confidence'> {
  readonly open: number;
  readonly confidence: number;
}

const columns: Columns<Row> = {
  minute: integers,
  from: json<EdgeEnd>(nobody),
  to: json<EdgeEnd>(nobody),
  service: json<Row['service']>(undefined),
  port: integers,
  protocol: dictionary as Columns<Row>['protocol'], // only protocols are ever written
  open: integers,
  opened: integers,
  closed: integers,
  failed: integers,
  bytesOut: maybeInteger,
  bytesIn: maybeInteger,
  retransmits: maybeInteger,
  requests: json<Row['requests']>(undefined),
  methods: json<Row['methods']>([]),
  confidence: integers,
  rule: dictionary,
};

export const writeEdges = (edges: readonly EdgeMinute[]): Uint8Array =>
  writeColumns(
    columns,
    edges.map((edge) => ({
      ...edge,
      open: Math.round(edge.open * 100),
      confidence: Math.round(edge.confidence * 1000),
    })),
  );

/** Throws `Malformed`. */
export const readEdges = (bytes: Uint8Array): EdgeMinute[] =>
  readColumns(columns, bytes).map((row) => ({ ...row, open: row.open / 100, confidence: row.confidence / 1000 }));
