// People, what they sign in with, the tokens clusters join by, and the record of what was done. Secrets are here as hashes only.

import type { Span } from '@mosaic/wire';
import type { Page, Paged } from './port.ts';

export const ROLES = ['viewer', 'developer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface UserRecord {
  /** Of this user alone: who bears the name later is another. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** scrypt, as the API writes it; never the password. */
  readonly password: string;
  readonly createdAt: number;
  readonly passwordAt: number;
}

/** A session of a browser, or an API token. */
export interface CredentialRecord {
  readonly id: string;
  readonly kind: 'session' | 'token';
  readonly user: string;
  readonly userId: string;
  /** What its owner calls it: `laptop`, or the browser's name. */
  readonly name: string;
  /** SHA-256 of the secret, hexadecimal. */
  readonly hash: string;
  /** The secret's first characters, to tell one from another. */
  readonly prefix: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly lastUsedAt?: number;
}

export interface People {
  /** False when the name is taken, however many ask at once. */
  add(user: UserRecord): Promise<boolean>;
  /** Replaces the user of that name and id; false when there is none. */
  change(user: UserRecord): Promise<boolean>;
  /** By name. */
  all(): Promise<readonly UserRecord[]>;
  one(name: string): Promise<UserRecord | undefined>;
  /** With everything they sign in with. */
  remove(name: string): Promise<boolean>;
  admit(credential: CredentialRecord): Promise<void>;
  credential(hash: string): Promise<CredentialRecord | undefined>;
  /** Newest first. */
  credentials(user: string): Promise<readonly CredentialRecord[]>;
  dismiss(user: string, id: string): Promise<boolean>;
  used(credential: CredentialRecord, at: number): Promise<void>;
}

/** What a cluster is enrolled by, once. */
export interface JoinToken {
  readonly id: string;
  /** Of the cluster that will join. */
  readonly name: string;
  /** SHA-256 of the token, hexadecimal. */
  readonly hash: string;
  /** Who made it. */
  readonly by: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly usedAt?: number;
  /** Whose attempt took it: a repeat of the very same attempt is not a second use. */
  readonly usedFor?: string;
}

export type Taken =
  | { readonly result: 'taken'; readonly token: JoinToken }
  | { readonly result: 'used' | 'late'; readonly token: JoinToken }
  | { readonly result: 'unknown' };

export interface Enrolment {
  offer(token: JoinToken): Promise<void>;
  /** Newest first; those long over are forgotten. */
  offers(): Promise<readonly JoinToken[]>;
  /** Of many who ask at once one gets it. */
  take(hash: string, usedFor: string): Promise<Taken>;
  withdraw(id: string): Promise<boolean>;
}

/** What somebody did, or was refused. */
export interface Deed {
  readonly actor: string;
  /** `session.create`, `retention.change`, … */
  readonly action: string;
  readonly target: string;
  readonly cluster?: number;
  /** What was asked, JSON without secrets. */
  readonly request?: string;
  /** `done`, or `refused: why`. */
  readonly result: string;
}

export interface AuditHead {
  readonly writer: string;
  readonly n: number;
  readonly hash: string;
}

/** One entry of one process's chain: it names the entry before it, and the newest entries of other chains that it had not named yet. */
export interface AuditRecord extends Deed {
  readonly writer: string;
  /** From 1. */
  readonly n: number;
  readonly at: number;
  readonly id: string;
  readonly heads: readonly AuditHead[];
  /** Hexadecimal SHA-256; empty before the first. */
  readonly previous: string;
  readonly hash: string;
}

export interface AuditQuery extends Span {
  readonly actor?: string;
  readonly action?: string;
  /** A part of it. */
  readonly target?: string;
}

export interface AuditFault {
  readonly writer: string;
  readonly n: number;
  readonly reason: string;
}

export interface AuditVerdict {
  readonly isWhole: boolean;
  readonly entries: number;
  readonly writers: number;
  /** The first hundred. */
  readonly faults: readonly AuditFault[];
}

export interface Audit {
  /** Resolves when it is kept. One after another within a process. */
  record(deed: Deed): Promise<AuditRecord>;
  /** Newest first. */
  list(query: AuditQuery, page?: Page): Promise<Paged<AuditRecord>>;
  /** Reads everything: whether an entry was changed, or is missing. */
  verify(): Promise<AuditVerdict>;
}
