// A store is an adapter's rows with the questions asked over them.

import type { Compression } from '@mosaic/wire';
import { stateCache } from './decoding.ts';
import { keeping } from './keeping.ts';
import type { Retention, Store } from './port.ts';
import { changes } from './questions/changes.ts';
import { coverage } from './questions/coverage.ts';
import { events } from './questions/events.ts';
import { leases } from './questions/leases.ts';
import { objects } from './questions/objects.ts';
import { state } from './questions/state.ts';
import type { Rows } from './rows.ts';

export interface Questions {
  readonly compression: Compression;
  readonly retention: Retention;
  readonly now: () => number;
  /** Keep decoded state between questions. Default true; the bench measures without. */
  readonly cache?: boolean;
}

export function storeOver(rows: Rows, { compression, retention, now, cache = true }: Questions): Store {
  const keep = keeping(retention, now, rows);
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
    upkeep: { retention: () => retention, sweep: (at) => rows.sweep(at), usage: () => rows.usage() },
    marks: rows.marks,
    health: () => rows.health(),
    close: () => rows.close(),
  };
}
