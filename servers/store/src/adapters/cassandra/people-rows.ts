// People, what they sign in with, and join tokens, in Cassandra. What only one may have is decided by a lightweight transaction.

import type { CredentialRecord, JoinToken, UserRecord } from '../../port-people.ts';
import type { EnrolmentRows, PeopleRows } from '../../rows-people.ts';
import { maybeNumber, maybeText, type Row, type Session, textOf } from './session.ts';

const userOf = (row: Row): UserRecord => JSON.parse(textOf(row.rest)) as UserRecord; // add wrote it
const credentialOf = (row: Row): CredentialRecord => JSON.parse(textOf(row.rest)) as CredentialRecord; // putCredential wrote it

export function peopleRows(session: Session): PeopleRows {
  /** Beside the credential: a use that is told late must not bring back what was removed. */
  const withUse = async (credential: CredentialRecord): Promise<CredentialRecord> => {
    const [row] = await session.run('SELECT at FROM credential_use WHERE hash = ?', [credential.hash]);
    const lastUsedAt = maybeNumber(row?.at);
    return { ...credential, ...(lastUsedAt !== undefined && { lastUsedAt }) };
  };
  const one = async (hash: string): Promise<CredentialRecord | undefined> =>
    (await session.run('SELECT rest FROM credential WHERE hash = ?', [hash])).map(credentialOf)[0];
  return {
    async add({ name, id, ...rest }) {
      const cql = 'INSERT INTO person (name, id, rest) VALUES (?, ?, ?) IF NOT EXISTS';
      return (await session.decide(cql, [name, id, JSON.stringify({ id, name, ...rest })])).applied;
    },
    change: async (user) =>
      (
        await session.decide('UPDATE person SET rest = ? WHERE name = ? IF id = ?', [
          JSON.stringify(user),
          user.name,
          user.id,
        ])
      ).applied,
    all: async () => (await session.run('SELECT rest FROM person')).map(userOf),
    one: async (name) => (await session.run('SELECT rest FROM person WHERE name = ?', [name])).map(userOf)[0],
    remove: async (name) => (await session.decide('DELETE FROM person WHERE name = ? IF EXISTS', [name])).applied,
    putCredential: (credential) =>
      session.runAll([
        ['INSERT INTO credential (hash, rest) VALUES (?, ?)', [credential.hash, JSON.stringify(credential)]],
        ['INSERT INTO credential_of (user, hash) VALUES (?, ?)', [credential.user, credential.hash]],
      ]),
    async credential(hash) {
      const credential = await one(hash);
      return credential && withUse(credential);
    },
    async credentials(user) {
      const hashes = await session.run('SELECT hash FROM credential_of WHERE user = ?', [user]);
      const found = await Promise.all(hashes.map((row) => one(textOf(row.hash))));
      return Promise.all(found.filter((credential) => credential !== undefined).map(withUse));
    },
    async used({ hash }, at) {
      await session.run('INSERT INTO credential_use (hash, at) VALUES (?, ?)', [hash, at]);
    },
    async removeCredential({ hash, user }) {
      await session.run('DELETE FROM credential WHERE hash = ?', [hash]);
      await session.runAll([
        ['DELETE FROM credential_of WHERE user = ? AND hash = ?', [user, hash]],
        ['DELETE FROM credential_use WHERE hash = ?', [hash]],
      ]);
    },
  };
}

function tokenOf(row: Row): JoinToken {
  const token = JSON.parse(textOf(row.rest)) as JoinToken; // put wrote it
  const [usedAt, usedFor] = [maybeNumber(row.used_at), maybeText(row.used_for)];
  return { ...token, ...(usedAt !== undefined && usedFor !== undefined && { usedAt, usedFor }) };
}

export function enrolmentRows(session: Session): EnrolmentRows {
  const one = async (hash: string): Promise<JoinToken | undefined> =>
    (await session.run('SELECT * FROM join_token WHERE hash = ?', [hash])).map(tokenOf)[0];
  return {
    async put(token) {
      await session.decide('INSERT INTO join_token (hash, id, rest) VALUES (?, ?, ?) IF NOT EXISTS', [
        token.hash,
        token.id,
        JSON.stringify(token),
      ]);
    },
    all: async () => (await session.run('SELECT * FROM join_token')).map(tokenOf),
    one,
    async take({ hash, id }, usedFor, at) {
      const cql = 'UPDATE join_token SET used_for = ?, used_at = ? WHERE hash = ? IF id = ? AND used_for = null';
      await session.decide(cql, [usedFor, at, hash, id]);
      return one(hash);
    },
    async remove({ hash }) {
      await session.decide('DELETE FROM join_token WHERE hash = ? IF EXISTS', [hash]);
    },
  };
}
