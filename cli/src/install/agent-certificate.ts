// The agents' certificate for Kafka, anew, where the servers' authority is out of reach: their own server signs it, for the key it knows them by.

import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { fits, keyIdOf, signedWish } from '@mosaic/runtime';
import { agentCertificateSchema } from '@mosaic/wire';
import { UsageError } from '../exit.ts';
import { ask, sureUrl } from './admin-password.ts';
import type { Credential } from './catalogue.ts';
import type { Home } from './home.ts';
import { type Located, put } from './rotate.ts';

/** `agent-1` is short for `agent-1-kafka`. Undefined for what is no agents' certificate. */
export const clusterOf = (name: string): number | undefined => {
  const [, id] = /^agent-([1-9]\d{0,9})(?:-kafka)?$/.exec(name) ?? [];
  return id === undefined ? undefined : Number(id);
};

/** In all its places. `server`: https, or a port of this machine. Throws what the server says. */
export async function renewByServer(
  all: readonly Located[],
  cluster: number,
  server: string,
  now: number,
): Promise<void> {
  const url = sureUrl(server);
  const [its, key] = ['kafka', 'key'].map((what) =>
    all.find(({ credential }) => credential.name === `agent-${cluster}-${what}`),
  );
  if (its === undefined || key === undefined)
    throw new UsageError(
      `no agents of cluster ${cluster} are known here; say where they are: --agent ${cluster} --agent-context CONTEXT`,
    );
  const { keyId, key: pem, wish } = await signedWish(await signerIn(key.credential, key.home), now);
  const answer = await ask(url, 'POST', '/agent-certificates', { cluster, keyId, ...wish });
  const read = agentCertificateSchema.safeParse(answer);
  if (!read.success || !fits({ key: pem, ...read.data }))
    throw new Error(`${url} answers with a certificate that is none for this key; is it a Mosaic of another version?`);
  const { certificate, trusted } = read.data;
  await put(its.credential, its.home, { 'tls.crt': certificate, 'tls.key': pem, 'ca.crt': trusted });
}

async function signerIn({ places: [place], name }: Credential, home: Home) {
  const pem = (await home.read(place))?.files['key.pem'];
  if (pem === undefined)
    throw new UsageError(`there is no ${name} in ${home.where}: the servers know these agents by it`);
  const key = createPrivateKey(pem);
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const raw = new Uint8Array(spki.subarray(-32)); // the raw key ends it (RFC 8410)
  return { keyId: keyIdOf(raw), sign: (bytes: Uint8Array) => sign(null, bytes, key) };
}
