// A store is an adapter's rows with the questions asked over them.

import type { Compression } from '@mosaic/wire';
import { stateCache } from './decoding.ts';
import { keeping } from './keeping.ts';
import type { Store } from './port.ts';
import { audit } from './questions/audit.ts';
import { changes } from './questions/changes.ts';
import { connections } from './questions/connections.ts';
import { coverage } from './questions/coverage.ts';
import { edges } from './questions/edges.ts';
import { enrolment } from './questions/enrolment.ts';
import { events } from './questions/events.ts';
import { leases } from './questions/leases.ts';
import { logs } from './questions/logs.ts';
import { metrics } from './questions/metrics.ts';
import { objects } from './questions/objects.ts';
import { people } from './questions/people.ts';
import { state } from './questions/state.ts';
import { tokens } from './questions/tokens.ts';
import type { RetentionCell } from './retention-cell.ts';
import type { Rows } from './rows.ts';

export interface Questions {
  readonly compression: Compression;
  readonly retention: RetentionCell;
  readonly now: () => number;
  /** Keep decoded state between questions. Default true; the bench measures without. */
  readonly cache?: boolean;
}

export function storeOver(rows: Rows, { compression, retention, now, cache = true }: Questions): Store {
  const keep = keeping(retention.now, now, rows);
  return {
    clusters: {
      enrol: (cluster) => rows.clusters.enrol(cluster, now()),
      all: () => rows.clusters.all(),
      addKey: (cluster, key) => rows.clusters.putKey(cluster, key),
      revokeKey: (cluster, keyId) => rows.clusters.revokeKey(cluster, keyId, now()),
      keys: (cluster) => rows.clusters.keys(cluster),
    },
    objects: objects(rows.objects, keep, compression),
    state: state(rows.state, keep, compression, stateCache(cache)),
    events: events(rows.events, keep),
    changes: changes(rows.changes, keep),
    coverage: coverage(rows.coverage, keep),
    leases: leases(rows.leases),
    logs: logs(rows, keep, compression),
    metrics: metrics(rows, keep, compression),
    connections: connections(rows.chunks, keep, compression),
    edges: edges(rows.chunks, keep, compression),
    tokens: tokens(rows.tokens),
    people: people(rows.people),
    enrolment: enrolment(rows.enrolment, now),
    audit: audit(rows.audit, now),
    upkeep: {
      retention: retention.now,
      recall: retention.recall,
      retain: retention.retain,
      sweep: (at) => rows.sweep(at),
      usage: () => rows.usage(),
      freeBytes: () => rows.freeBytes(),
    },
    marks: rows.marks,
    health: () => rows.health(),
    close: () => rows.close(),
  };
}
