// A certificate authority of one run's own, by openssl: the API server's certificate and a client certificate per user.

import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programOf, run, type Told } from './install.ts';

const DAYS = '3650';

/** Paths of PEM files. */
export interface KeyPair {
  readonly key: string;
  readonly certificate: string;
}

export interface Authority extends KeyPair {
  /** For a server at these names (`DNS:…`, `IP:…`). */
  server(name: string, names: readonly string[]): Promise<KeyPair>;
  /** For a Kubernetes user (common name) of groups (organizations). */
  client(user: string, groups?: readonly string[]): Promise<KeyPair>;
}

/** Made in `folder`, or found there from an earlier run. */
export async function authority(folder: string, told: Told): Promise<Authority> {
  const openssl = await programOf('openssl', 'openssl', told);
  const ca: KeyPair = { key: join(folder, 'ca.key'), certificate: join(folder, 'ca.crt') };
  const makeKey = (path: string) =>
    run(openssl, ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', path]);
  await makeKey(ca.key);
  const selfSigned = ['req', '-x509', '-new', '-key', ca.key, '-days', DAYS, '-subj', '/CN=mosaic-dev'];
  await run(openssl, [...selfSigned, '-out', ca.certificate]);

  async function issue(file: string, subject: string, extensions: readonly string[]): Promise<KeyPair> {
    const pair: KeyPair = { key: join(folder, `${file}.key`), certificate: join(folder, `${file}.crt`) };
    const request = join(folder, `${file}.csr`);
    const extensionFile = join(folder, `${file}.ext`);
    writeFileSync(extensionFile, `${extensions.join('\n')}\n`);
    await makeKey(pair.key);
    await run(openssl, ['req', '-new', '-key', pair.key, '-subj', subject, '-out', request]);
    const signed = ['x509', '-req', '-in', request, '-CA', ca.certificate, '-CAkey', ca.key];
    // A serial of its own: several certificates are made at once, and one serial file would be shared by them.
    const serial = `0x1${randomBytes(15).toString('hex')}`;
    await run(openssl, [
      ...signed,
      '-set_serial',
      serial,
      '-days',
      DAYS,
      '-extfile',
      extensionFile,
      '-out',
      pair.certificate,
    ]);
    return pair;
  }

  return {
    ...ca,
    server: (name, names) =>
      issue(name, `/CN=${name}`, [`subjectAltName=${names.join(',')}`, 'extendedKeyUsage=serverAuth,clientAuth']),
    client: (user, groups = []) => {
      const subject = [...groups.map((group) => `/O=${escaped(group)}`), `/CN=${escaped(user)}`].join('');
      return issue(user.replaceAll(/[^\w.-]/g, '_'), subject, ['extendedKeyUsage=clientAuth']);
    },
  };
}

/** `/` separates the parts of a subject. */
const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('/', '\\/');

/** A kubeconfig of one context; everything inline, so that the file is enough. */
export function writeKubeconfig(path: string, context: string, url: string, ca: string, client: KeyPair): string {
  const inline = (file: string) => readFileSync(file).toString('base64');
  const text = `apiVersion: v1
kind: Config
current-context: ${context}
clusters:
  - name: ${context}
    cluster:
      server: ${url}
      certificate-authority-data: ${inline(ca)}
contexts:
  - name: ${context}
    context:
      cluster: ${context}
      user: ${context}
users:
  - name: ${context}
    user:
      client-certificate-data: ${inline(client.certificate)}
      client-key-data: ${inline(client.key)}
`;
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}
