// Whose key a report is signed with: held against a key, its fingerprint, or the key of the Mosaic that is asked.

import { createHash, createPublicKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { type ReportSeal, reportKeySchema } from '@mosaic/wire';
import type { Context } from '../ask/common.ts';
import { UsageError } from '../exit.ts';

/** SHA-256 of the raw key, hexadecimal. */
export const fingerprintOf = ({ publicKey }: Pick<ReportSeal, 'publicKey'>): string =>
  createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex');

export interface Signer {
  readonly known: 'yes' | 'no' | 'unchecked';
  readonly words: string;
}

/** Throws `UsageError` for a key that cannot be read. */
export async function signerOf(context: Context, seal: ReportSeal, named: string | undefined): Promise<Signer> {
  const fingerprint = fingerprintOf(seal);
  if (named !== undefined) {
    const isTheirs = fingerprint.startsWith(fingerprintNamed(named));
    return isTheirs
      ? { known: 'yes', words: `the key of ${named}` }
      : { known: 'no', words: `not the key of ${named}` };
  }
  const { url } = context.server;
  const theirs = await context.server.ask('/report/key', {}, reportKeySchema).catch(() => undefined);
  if (theirs === undefined)
    return {
      known: 'unchecked',
      words: `whose key that is was not checked: no Mosaic answers at ${url}; name it with --key FILE or --key FINGERPRINT`,
    };
  return theirs.fingerprint === fingerprint
    ? { known: 'yes', words: `the key of ${url}` }
    : {
        known: 'no',
        words: `not the key of ${url} (${theirs.fingerprint}); from another Mosaic? then name its key: --key`,
      };
}

const SHORTEST_DIGITS = 16;

/** Of a PEM or JSON file (`mosaic report key`), of the key in base64, or the fingerprint itself, its first 16 digits at least. */
export function fingerprintNamed(named: string): string {
  const text = existsSync(named) ? readFileSync(named, 'utf8').trim() : named.trim();
  const digits = text
    .toLowerCase()
    .replaceAll(':', '')
    .replace(/^sha256/, '');
  if (/^[0-9a-f]+$/.test(digits) && digits.length >= SHORTEST_DIGITS && digits.length <= 64) return digits;
  const raw = rawKeyIn(text);
  if (raw?.length === 32) return createHash('sha256').update(raw).digest('hex');
  throw new UsageError(
    `--key ${named}: expected a file with a public key (PEM, or what mosaic report key prints), or its fingerprint of ${SHORTEST_DIGITS} to 64 hexadecimal digits`,
  );
}

function rawKeyIn(text: string): Buffer | undefined {
  try {
    if (text.startsWith('{')) return Buffer.from(reportKeySchema.parse(JSON.parse(text)).publicKey, 'base64');
    if (!text.includes('-----BEGIN')) return Buffer.from(text, 'base64');
    return Buffer.from(createPublicKey(text).export({ format: 'jwk' }).x ?? '', 'base64url');
  } catch {
    return undefined;
  }
}
