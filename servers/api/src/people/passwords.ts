// Passwords, kept as scrypt (RFC 7914) with their own salt and cost: a later cost holds for later passwords.

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Refused, unreadable } from '../asking/problem.ts';

/** 2^15 · 8 · 3: OWASP's second choice, 32 MiB for a moment. */
const COST = { log2N: 15, r: 8, p: 3 };
const KEY_BYTES = 32;
const MOST_MEMORY_BYTES = 64 * 1024 * 1024;
const LEAST_CHARS = 10;
const MOST_CHARS = 256;
/** Each takes a core for a fifth of a second: more at once would starve the rest of the product. */
const MOST_AT_ONCE = 2;
const MOST_WAITING = 32;

/** `scrypt$15$8$3$salt$key`. */
export async function hashed(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derived(password, salt, COST);
  return ['scrypt', COST.log2N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Nobody's: checking against it takes as long as against somebody's. */
const NOBODYS = `scrypt$${COST.log2N}$${COST.r}$${COST.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Takes the same time whether or not there is such a user. Throws a 429 when too many are being checked. */
export async function isPassword(password: string, kept: string | undefined): Promise<boolean> {
  const [, log2N = '', r = '', p = '', salt = '', key = ''] = (kept ?? NOBODYS).split('$');
  const wanted = Buffer.from(key, 'base64url');
  const cost = { log2N: Number(log2N), r: Number(r), p: Number(p) };
  const given = await derived(password, Buffer.from(salt, 'base64url'), cost);
  return timingSafeEqual(given, wanted) && kept !== undefined;
}

/** Throws a 400 that says what is wrong with it. */
export function checkPassword(password: unknown, name: string, field = 'password'): string {
  const expected = `${LEAST_CHARS}–${MOST_CHARS} characters`;
  if (typeof password !== 'string' || password.length < LEAST_CHARS || password.length > MOST_CHARS)
    throw unreadable([{ field, expected, got: typeof password === 'string' ? `${password.length}` : typeof password }]);
  if (name.length > 3 && password.toLowerCase().includes(name))
    throw unreadable([{ field, expected: 'one that does not hold the name', got: 'one that does' }]);
  return password;
}

export const isTooLong = (password: string): boolean => password.length > MOST_CHARS;

let under = 0;
const waiting: (() => void)[] = [];

async function derived(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  if (under >= MOST_AT_ONCE) {
    if (waiting.length >= MOST_WAITING)
      throw new Refused(429, 'too many passwords are being checked', { headers: { 'Retry-After': '2' } });
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  under++;
  try {
    return await derive(password, salt, cost);
  } finally {
    under--;
    waiting.shift()?.();
  }
}

/** The same letters typed on another keyboard are the same password (RFC 8265 normalises so too). */
const derive = (password: string, salt: Buffer, { log2N, r, p }: typeof COST): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const options = { N: 2 ** log2N, r, p, maxmem: MOST_MEMORY_BYTES };
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
