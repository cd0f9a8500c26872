// Secrets that are told once and kept as hashes: sessions, API tokens, join tokens.

import { createHash, randomBytes } from 'node:crypto';

/** 256 bits: nobody guesses one, so a plain hash of it is enough. */
const SECRET_BYTES = 32;
const SHOWN_CHARS = 10;

export const SESSION_SECRET = 'mos';
export const TOKEN_SECRET = 'mat';
export const JOIN_SECRET = 'mjt';

export interface Secret {
  readonly text: string;
  readonly hash: string;
  /** Tells one from another without telling it. */
  readonly prefix: string;
}

export function newSecret(kind: string): Secret {
  const text = `${kind}_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return { text, hash: secretHash(text), prefix: text.slice(0, SHOWN_CHARS) };
}

/** What is looked up is this, so how long a lookup takes tells nothing of the secret. */
export const secretHash = (text: string): string => createHash('sha256').update(text).digest('hex');
