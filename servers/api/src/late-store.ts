// A store that is still being opened: every question to it is `Unavailable` until it is there, so that the page can say so meanwhile.

import type { Store } from '@mosaic/store';
import { Unavailable } from '@mosaic/wire';

export interface LateStore {
  readonly store: Store;
  arrive(opened: Store): void;
}

type Group = 'clusters' | 'objects' | 'state' | 'events' | 'changes' | 'coverage' | 'leases' | 'upkeep' | 'marks';

export function lateStore(): LateStore {
  let real: Store | undefined;
  const absent = () => new Unavailable('the store is not open yet', { retryAfterMs: 2_000 });
  const group = <G extends Group>(name: G): Store[G] =>
    new Proxy({} as Store[G], {
      get:
        (_, method) =>
        (...given: readonly unknown[]) => {
          if (real === undefined && method === 'retention') throw absent(); // the one that answers at once
          if (real === undefined) return Promise.reject(absent());
          const part = real[name] as unknown as Readonly<
            Record<string | symbol, (...given: readonly unknown[]) => unknown>
          >; // every member of a group is a method
          return part[method]?.(...given);
        },
    });
  return {
    arrive: (opened) => {
      real = opened;
    },
    store: {
      clusters: group('clusters'),
      objects: group('objects'),
      state: group('state'),
      events: group('events'),
      changes: group('changes'),
      coverage: group('coverage'),
      leases: group('leases'),
      upkeep: group('upkeep'),
      marks: group('marks'),
      health: async () => (real === undefined ? { ok: false, detail: 'the store is not open yet' } : real.health()),
      close: async () => real?.close(),
    },
  };
}
