// What an adapter gives for people, join tokens and the audit: rows by key.

import type { AuditHead, AuditRecord, CredentialRecord, JoinToken, UserRecord } from './port-people.ts';

export interface PeopleRows {
  /** Whether the name was free. */
  add(user: UserRecord): Promise<boolean>;
  /** Whether that name with that id was there. */
  change(user: UserRecord): Promise<boolean>;
  all(): Promise<readonly UserRecord[]>;
  one(name: string): Promise<UserRecord | undefined>;
  remove(name: string): Promise<boolean>;
  putCredential(credential: CredentialRecord): Promise<void>;
  credential(hash: string): Promise<CredentialRecord | undefined>;
  credentials(user: string): Promise<readonly CredentialRecord[]>;
  /** What was removed meanwhile stays removed. */
  used(credential: CredentialRecord, at: number): Promise<void>;
  removeCredential(credential: CredentialRecord): Promise<void>;
}

export interface EnrolmentRows {
  put(token: JoinToken): Promise<void>;
  all(): Promise<readonly JoinToken[]>;
  one(hash: string): Promise<JoinToken | undefined>;
  /** Marks it used unless it was, in one step; answers with what holds then. */
  take(token: JoinToken, usedFor: string, at: number): Promise<JoinToken | undefined>;
  remove(token: JoinToken): Promise<void>;
}

export interface AuditRows {
  put(record: AuditRecord): Promise<void>;
  /** UTC days that hold entries, oldest first. */
  days(): Promise<readonly number[]>;
  /** In any order. */
  of(day: number): Promise<readonly AuditRecord[]>;
  /** Newest entry of each writer of the last months. */
  heads(): Promise<readonly AuditHead[]>;
}
