// Joining: the agent's own key, made here and never shown, is made known to Mosaic's server by a one-time token. A new token means a new key.

import { createHash } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import { join as pathOf } from 'node:path';
import { type ClientCertificate, keyAt, type Log, type SigningKey, signedWish, untilThere } from '@mosaic/runtime';
import { type EnrolledAnswer, enrolledSchema, enrolProofText, toBase64 } from '@mosaic/wire';
import { ask, NotEnrolled, type ServerAddress } from './asking.ts';
import { type Kept, keepAt, keptAt } from './kept.ts';
import { certificateIn } from './renew.ts';

export { NotEnrolled } from './asking.ts';

export interface Joining extends ServerAddress {
  readonly tokenFile: string | undefined;
  /** Of the agent: key and what it was told. */
  readonly dataDir: string;
  /** A key that was made elsewhere, as where several agents share it. */
  readonly keyFile: string | undefined;
  /** The name that is expected, when one is. */
  readonly name: string | undefined;
  readonly uid: string | undefined;
  readonly version: string | undefined;
  /** Whether to ask for a client certificate as well, and where it is put before the answer is kept. */
  readonly keepCertificate?: (certificate: ClientCertificate) => Promise<void>;
  readonly log: Pick<Log, 'notice' | 'warn'>;
  readonly pause?: (ms: number) => Promise<void>;
}

export interface Joined {
  readonly told: Kept;
  readonly signer: SigningKey;
}

/** Waits for a server that is not there yet. Throws `NotEnrolled` with the server's reason. */
export async function join(joining: Joining): Promise<Joined> {
  const { dataDir, keyFile, tokenFile } = joining;
  const file = pathOf(dataDir, 'enrolment.json');
  const kept = await keptAt(file);
  const token = tokenFile === undefined ? undefined : await tokenIn(tokenFile);
  const own = keyFile ?? pathOf(dataDir, 'key.pem');
  if (kept !== undefined && (token === undefined || hashOf(token) === kept.tokenHash)) {
    const signer = await keyAt(own);
    if (signer.keyId === kept.keyId) return { told: kept, signer };
  }
  if (token === undefined)
    throw new NotEnrolled(
      'this cluster has not joined: set MOSAIC_JOIN_TOKEN_FILE to a file with a join token (`mosaic clusters add NAME` makes one)',
    );
  if (kept !== undefined && keyFile === undefined)
    await rename(own, pathOf(dataDir, `key-${kept.keyId}.pem`)).catch(() => {}); // it went before: a new one is made either way
  const signer = await keyAt(own);
  const told = { ...(await asked(joining, token, signer)), tokenHash: hashOf(token) };
  await keepAt(file, told);
  joining.log.notice('cluster joined', { cluster: told.cluster, name: told.name, keyId: told.keyId });
  return { told, signer };
}

async function asked(joining: Joining, token: string, signer: SigningKey): Promise<Omit<Kept, 'tokenHash'>> {
  const { server, name, uid, version, keepCertificate, log, pause } = joining;
  if (server === undefined) throw new NotEnrolled('MOSAIC_SERVER is empty; set it to the address of Mosaic’s page');
  const publicKey = toBase64(signer.publicKey);
  const body = { token, publicKey, name, uid, version, proof: toBase64(signer.sign(enrolProofText(publicKey))) };
  const once = async (): Promise<EnrolledAnswer> => {
    const signed = keepCertificate && (await signedWish(signer, Date.now())); // another each time: it is answered once
    const answer = await ask(joining, '/enroll', { ...body, ...(signed && { certificate: signed.wish }) });
    const read = enrolledSchema.safeParse(answer);
    if (!read.success)
      throw new NotEnrolled(`${server} answers in a way this agent does not know: is it a Mosaic of another version?`);
    const { certificate, ...told } = read.data;
    if (signed && certificate) await keepCertificate?.(certificateIn(certificate, signed.key));
    return told;
  };
  return untilThere('server', once, { log, ...(pause && { pause }) });
}

async function tokenIn(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // gone once it is used: who has joined needs none
    throw error;
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
