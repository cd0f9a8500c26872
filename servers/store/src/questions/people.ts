// People and what they sign in with.

import type { People } from '../port-people.ts';
import type { PeopleRows } from '../rows-people.ts';

export const people = (rows: PeopleRows): People => ({
  add: (user) => rows.add(user),
  change: (user) => rows.change(user),
  all: async () => (await rows.all()).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  one: (name) => rows.one(name),
  async remove(name) {
    const wasThere = await rows.remove(name);
    for (const credential of await rows.credentials(name)) await rows.removeCredential(credential);
    return wasThere;
  },
  admit: (credential) => rows.putCredential(credential),
  credential: (hash) => rows.credential(hash),
  credentials: async (user) => (await rows.credentials(user)).toSorted((a, b) => b.createdAt - a.createdAt),
  async dismiss(user, id) {
    const found = (await rows.credentials(user)).find((one) => one.id === id);
    if (found) await rows.removeCredential(found);
    return found !== undefined;
  },
  used: (credential, at) => rows.used(credential, at),
});
