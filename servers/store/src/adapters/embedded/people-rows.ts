// People, what they sign in with, and join tokens, in SQLite: one writer, so a condition in the statement is a transaction.

import type { CredentialRecord, JoinToken, UserRecord } from '../../port-people.ts';
import type { EnrolmentRows, PeopleRows } from '../../rows-people.ts';
import type { Folder } from './folder.ts';
import type { Value, WriteName } from './sql.ts';

/** Columns that a condition or a key needs; everything else is JSON. */
interface RestRow {
  readonly rest: string;
}
interface CredentialRow extends RestRow {
  readonly last_used_at: number | null;
}
interface JoinRow extends RestRow {
  readonly used_at: number | null;
  readonly used_for: string | null;
}

const userOf = (row: unknown): UserRecord => JSON.parse((row as RestRow).rest) as UserRecord; // add wrote it

function credentialOf(row: unknown): CredentialRecord {
  const { rest, last_used_at } = row as CredentialRow; // SELECT * FROM credential
  const credential = JSON.parse(rest) as CredentialRecord; // putCredential wrote it
  return { ...credential, ...(last_used_at !== null && { lastUsedAt: last_used_at }) };
}

function tokenOf(row: unknown): JoinToken {
  const { rest, used_at, used_for } = row as JoinRow; // SELECT * FROM join_token
  const token = JSON.parse(rest) as JoinToken; // put wrote it
  return { ...token, ...(used_at !== null && used_for !== null && { usedAt: used_at, usedFor: used_for }) };
}

const writing =
  (folder: Folder) =>
  (statement: WriteName, ...values: readonly Value[]): Promise<void> =>
    folder.write([{ ...folder.alwaysFile, statement, values }]);

const reading =
  (folder: Folder) =>
  (sql: string, ...values: readonly Value[]): readonly unknown[] =>
    folder
      .always()
      .prepare(sql)
      .all(...values);

export function peopleRows(folder: Folder): PeopleRows {
  const [write, read] = [writing(folder), reading(folder)];
  const one = async (name: string): Promise<UserRecord | undefined> =>
    read('SELECT rest FROM person WHERE name = ?', name).map(userOf)[0];
  return {
    async add(user) {
      await write('person', user.name, user.id, JSON.stringify(user));
      return (await one(user.name))?.id === user.id;
    },
    async change(user) {
      await write('personChanged', user.name, user.id, JSON.stringify(user));
      return (await one(user.name))?.id === user.id;
    },
    all: async () => read('SELECT rest FROM person').map(userOf),
    one,
    async remove(name) {
      if ((await one(name)) === undefined) return false;
      await write('forgetPerson', name);
      return true;
    },
    putCredential: (credential) => write('credential', credential.hash, credential.user, JSON.stringify(credential)),
    credential: async (hash) => read('SELECT * FROM credential WHERE hash = ?', hash).map(credentialOf)[0],
    credentials: async (user) => read('SELECT * FROM credential WHERE user = ?', user).map(credentialOf),
    used: ({ hash }, at) => write('credentialUsed', hash, at),
    removeCredential: ({ hash }) => write('forgetCredential', hash),
  };
}

export function enrolmentRows(folder: Folder): EnrolmentRows {
  const [write, read] = [writing(folder), reading(folder)];
  const one = async (hash: string): Promise<JoinToken | undefined> =>
    read('SELECT * FROM join_token WHERE hash = ?', hash).map(tokenOf)[0];
  return {
    put: (token) => write('joinToken', token.hash, JSON.stringify(token)),
    all: async () => read('SELECT * FROM join_token').map(tokenOf),
    one,
    async take({ hash }, usedFor, at) {
      await write('takeJoinToken', hash, usedFor, at);
      return one(hash);
    },
    remove: ({ hash }) => write('forgetJoinToken', hash),
  };
}
