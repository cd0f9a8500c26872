// Where the agents' client certificate is: in this agent's own folder when it joined by itself, or in Secrets that every agent of the cluster mounts.

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type LiveSource, type ResourceType } from '@mosaic/kat';
import { type ClientCertificate, fits, type Mounted, mountedCertificate } from '@mosaic/runtime';

export interface CertificatePlace {
  /** As it is now; undefined when there is none, or it is just being written. */
  read(): Promise<ClientCertificate | undefined>;
  /** Puts a new one there, whole or not at all. Absent where others do. */
  readonly write?: (renewed: ClientCertificate) => Promise<void>;
}

/** A file of its own, 0600. */
export const keptCertificate = (path: string): CertificatePlace => ({
  async read() {
    try {
      const { key, certificate, trusted } = JSON.parse(await readFile(path, 'utf8')) as Partial<ClientCertificate>; // written below
      const found = { key: key ?? '', certificate: certificate ?? '', trusted: trusted ?? '' };
      return fits(found) ? found : undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
      throw error;
    }
  },
  async write(renewed) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.new`, `${JSON.stringify(renewed)}\n`, { mode: 0o600 });
    await rename(`${path}.new`, path);
  },
});

const SECRETS: ResourceType = {
  ...{ group: '', version: 'v1', kind: 'Secret', resource: 'secrets', namespaced: true, verbs: ['patch'] },
};

/** `secrets`: as namespace/name, those that are mounted here and at the node agents; none: whoever made them renews them. */
export function mountedPlace(
  settings: Mounted,
  secrets: readonly string[],
  source: Pick<LiveSource, 'patch'>,
): CertificatePlace {
  const read = (): Promise<ClientCertificate | undefined> => mountedCertificate(settings);
  if (secrets.length === 0) return { read };
  return {
    read,
    async write({ key, certificate, trusted }) {
      const files = { 'tls.key': key, 'tls.crt': certificate, 'ca.crt': trusted };
      const data = Object.fromEntries(
        Object.entries(files).map(([name, text]) => [name, Buffer.from(text).toString('base64')]),
      );
      for (const secret of secrets) {
        const [namespace, name = ''] = secret.split('/');
        await source.patch(SECRETS, namespace, name, { data }, 'strategic'); // one request each: never half of it
      }
    },
  };
}
