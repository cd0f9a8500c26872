// A minute's edges as columns. Ends repeat, so each is written once.

import {
  type Columns,
  dictionary,
  integers,
  json,
  maybeInteger,
  openTable,
  type Table,
  writeColumns,
} from './columns.ts';
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

/** Throws `Malformed`. Equal ends are one object: never mutate. */
export function readEdges(bytes: Uint8Array): EdgeMinute[] {
  const { count, table } = openTable(columns, bytes);
  return Array.from({ length: count }, (_, i) => edgeAt(table, i));
}

/** A literal, as for slim objects: a busy minute has ten thousand. An absent optional field is present as undefined. */
function edgeAt(of: Table<Row>, i: number): EdgeMinute {
  return {
    minute: of.minute.at(i),
    from: of.from.at(i),
    to: of.to.at(i),
    service: of.service.at(i),
    port: of.port.at(i),
    protocol: of.protocol.at(i),
    open: of.open.at(i) / 100,
    opened: of.opened.at(i),
    closed: of.closed.at(i),
    failed: of.failed.at(i),
    bytesOut: of.bytesOut.at(i),
    bytesIn: of.bytesIn.at(i),
    retransmits: of.retransmits.at(i),
    requests: of.requests.at(i),
    methods: of.methods.at(i),
    confidence: of.confidence.at(i) / 1000,
    rule: of.rule.at(i),
  } as EdgeMinute; // see above
}
