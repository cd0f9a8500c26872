// A cluster elsewhere: it reaches the page and the brokers, and has a join token. Nothing else is brought to it.

import { writeFileSync } from 'node:fs';
import { join as pathOf } from 'node:path';
import { join, keptCertificate, renewedCertificate } from '@mosaic/agent-cluster';
import { type ClientCertificate, silentLog } from '@mosaic/runtime';
import { kafkaTransport, renewableTransport, type Transport } from '@mosaic/transport';
import type { Secure } from './installation.ts';

export interface Administrator {
  readonly url: string;
  readonly bearer: string;
}

export const asAdministrator = (
  { url, bearer }: Administrator,
  method: string,
  path: string,
  body?: object,
): Promise<Response> =>
  fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });

/** It joins as `name`, with its data in `folder`. */
export async function newcomer(secure: Secure, folder: string, name: string, by: Administrator) {
  const made = await asAdministrator(by, 'POST', '/enrolments', { name });
  const { token } = (await made.json()) as { readonly token: string }; // a 201's
  const tokenFile = pathOf(folder, 'join-token');
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const place = keptCertificate(pathOf(folder, 'client-certificate.json'));
  const server = { server: by.url, caFile: undefined };
  const { told, signer } = await join({
    ...{ ...server, tokenFile, dataDir: folder, keyFile: undefined, name, uid: 'uid-elsewhere', version: undefined },
    ...{ log: silentLog, ...(place.write && { keepCertificate: place.write }) },
  });
  const first = await place.read();
  if (first === undefined) throw new Error('it joined without a certificate');
  const road = ({ trusted, certificate, key }: ClientCertificate): Transport =>
    kafkaTransport({ ...secure.kafkaAs('mosaic-api-kafka'), ssl: { ca: [trusted], cert: certificate, key } });
  const transport = renewableTransport(road(first));
  const renew = (): Promise<ClientCertificate> =>
    renewedCertificate({ ...server, cluster: told.cluster, signer, now: Date.now });
  return {
    ...{ cluster: told.cluster, signer, token, transport, first, renew },
    /** As the agent does when a third is left. */
    async swap(): Promise<void> {
      const next = await renew();
      await place.write?.(next);
      await transport.renew(road(next));
    },
  };
}
