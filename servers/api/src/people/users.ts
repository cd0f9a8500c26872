// Users: made, listed, removed; passwords changed.

import type { IncomingMessage } from 'node:http';
import type { Store, UserRecord } from '@mosaic/store';
import type { ListAnswer, UserAnswer } from '@mosaic/wire';
import { rfc3339 } from '../asking/instants.ts';
import { notKnown, Refused } from '../asking/problem.ts';
import { fieldsOf, nameIn, textIn } from './fields.ts';
import type { Gate } from './gate.ts';
import { checkPassword, hashed, isPassword } from './passwords.ts';
import { mustBeAdmin, visitorOf } from './visitor.ts';

const RESERVED: ReadonlySet<string> = new Set(['local', 'system', 'nobody']);

export interface Users {
  list(request: IncomingMessage): Promise<ListAnswer<UserAnswer>>;
  make(body: unknown, request: IncomingMessage): Promise<UserAnswer>;
  remove(name: string, request: IncomingMessage): Promise<void>;
  changePassword(name: string, body: unknown, request: IncomingMessage): Promise<UserAnswer>;
}

export function users({ people }: Pick<Store, 'people'>, gate: Gate, now: () => number): Users {
  const one = async (name: string): Promise<UserRecord> => {
    const user = await people.one(name);
    if (user === undefined) throw notKnown(`there is no user ${name}`);
    return user;
  };
  /** Sessions of before; the one that asked, and API tokens, stay. */
  const signOutOthers = async (name: string, keep: string | undefined): Promise<void> => {
    for (const { id, kind } of await people.credentials(name))
      if (kind === 'session' && id !== keep) await people.dismiss(name, id);
    gate.forget();
  };
  return {
    async list(request) {
      mustBeAdmin(request);
      return { items: (await people.all()).map(answerOf), coverage: { complete: true, gaps: [] } };
    },
    async make(body, request) {
      mustBeAdmin(request);
      const fields = fieldsOf(body, ['name', 'password', 'role']);
      const name = nameIn(fields);
      if (RESERVED.has(name)) throw new Refused(409, `${name} is not a name for a user`);
      if ((fields.role ?? 'admin') !== 'admin')
        throw new Refused(422, `role ${String(fields.role)}: there is only admin so far`);
      const password = await hashed(checkPassword(fields.password, name));
      const at = now();
      const user: UserRecord = {
        ...{ id: crypto.randomUUID(), name, role: 'admin', password, createdAt: at, passwordAt: at },
      };
      if (!(await people.add(user))) throw new Refused(409, `there is a user ${name} already`);
      gate.forget();
      return answerOf(user);
    },
    async remove(name, request) {
      mustBeAdmin(request);
      await one(name);
      if ((await people.all()).length === 1)
        throw new Refused(
          409,
          `${name} is the last user: without one everybody on this machine would be administrator`,
        );
      await people.remove(name);
      gate.forget();
    },
    async changePassword(name, body, request) {
      const visitor = visitorOf(request);
      const fields = fieldsOf(body, ['password', 'current']);
      const user = await one(name);
      if (visitor.name !== name) mustBeAdmin(request);
      else if (!(await isPassword(textIn(fields, 'current', 10_000), user.password)))
        throw new Refused(403, 'the current password is wrong');
      const password = await hashed(checkPassword(fields.password, name));
      const changed = { ...user, password, passwordAt: now() };
      if (!(await people.change(changed))) throw notKnown(`there is no user ${name}`);
      await signOutOthers(name, visitor.credential?.id);
      return answerOf(changed);
    },
  };
}

const answerOf = ({ name, role, createdAt, passwordAt }: UserRecord): UserAnswer => ({
  ...{ name, role, createdAt: rfc3339(createdAt), passwordAt: rfc3339(passwordAt) },
});
