// People, join tokens and the audit, in maps.

import { dayOf } from '@mosaic/wire';
import type { AuditHead, AuditRecord, CredentialRecord, JoinToken, UserRecord } from '../../port-people.ts';
import type { AuditRows, EnrolmentRows, PeopleRows } from '../../rows-people.ts';

export function peopleRows(): PeopleRows {
  const users = new Map<string, UserRecord>();
  const kept = new Map<string, CredentialRecord>();
  return {
    async add(user) {
      if (users.has(user.name)) return false;
      users.set(user.name, user);
      return true;
    },
    async change(user) {
      if (users.get(user.name)?.id !== user.id) return false;
      users.set(user.name, user);
      return true;
    },
    all: async () => [...users.values()],
    one: async (name) => users.get(name),
    remove: async (name) => users.delete(name),
    async putCredential(credential) {
      kept.set(credential.hash, credential);
    },
    credential: async (hash) => kept.get(hash),
    credentials: async (user) => [...kept.values()].filter((one) => one.user === user),
    async used({ hash }, at) {
      const credential = kept.get(hash);
      if (credential) kept.set(hash, { ...credential, lastUsedAt: at });
    },
    async removeCredential({ hash }) {
      kept.delete(hash);
    },
  };
}

export function enrolmentRows(): EnrolmentRows {
  const kept = new Map<string, JoinToken>();
  return {
    async put(token) {
      kept.set(token.hash, token);
    },
    all: async () => [...kept.values()],
    one: async (hash) => kept.get(hash),
    async take({ hash }, usedFor, usedAt) {
      const token = kept.get(hash);
      if (token === undefined || token.usedFor !== undefined) return token;
      const taken = { ...token, usedFor, usedAt };
      kept.set(hash, taken);
      return taken;
    },
    async remove({ hash }) {
      kept.delete(hash);
    },
  };
}

export function auditRows(): AuditRows {
  const days = new Map<number, AuditRecord[]>();
  const heads = new Map<string, AuditHead>();
  return {
    async put(record) {
      const day = dayOf(record.at);
      days.set(day, [...(days.get(day) ?? []), record]);
      heads.set(record.writer, { writer: record.writer, n: record.n, hash: record.hash });
    },
    days: async () => [...days.keys()].toSorted((a, b) => a - b),
    of: async (day) => days.get(day) ?? [],
    heads: async () => [...heads.values()],
  };
}
