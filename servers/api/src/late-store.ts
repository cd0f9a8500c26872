// A store that is still being opened: every question to it is `Unavailable` until it is there, so that the page can say so meanwhile.

import type { Store } from '@mosaic/store';
import { Unavailable } from '@mosaic/wire';

export interface LateStore {
  readonly store: Store;
  arrive(opened: Store): void;
}

type Group = Exclude<keyof Store, 'health' | 'close'>;
/** Every group of the port, by name: one left out would not compile. */
const GROUPS: Readonly<Record<Group, true>> = {
  ...{ clusters: true, objects: true, state: true, events: true, changes: true, coverage: true, leases: true },
  ...{
    logs: true,
    metrics: true,
    connections: true,
    edges: true,
    tokens: true,
    people: true,
    enrolment: true,
    audit: true,
    upkeep: true,
    marks: true,
  },
};

const groups = (make: (name: Group) => unknown): Pick<Store, Group> =>
  Object.fromEntries(Object.keys(GROUPS).map((name) => [name, make(name as Group)])) as Pick<Store, Group>; // keys of the table above

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
      ...groups(group),
      health: async () => (real === undefined ? { ok: false, detail: 'the store is not open yet' } : real.health()),
      close: async () => real?.close(),
    },
  };
}
