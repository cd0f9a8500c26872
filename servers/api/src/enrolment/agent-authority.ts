// The authority below Kafka's that signs agents' client certificates. Its files are read whenever it signs: a new one needs no restart.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { x509 } from '@mosaic/runtime';
import { agentPrincipal } from '@mosaic/transport';
import type { AgentCertificateAnswer } from '@mosaic/wire';

/** Renewed when a third is left, so that a server may be away for a month. */
const LASTS_DAYS = 90;

export interface AgentAuthority {
  /** Undefined where there is no such authority. `request`: one that was looked at. Throws when its files do not fit each other. */
  certify(cluster: number, request: string): Promise<AgentCertificateAnswer | undefined>;
}

export const agentAuthority = (folder: string | undefined, now: () => number): AgentAuthority => ({
  async certify(cluster, request) {
    const files = folder === undefined ? undefined : await filesIn(folder);
    if (files === undefined) return undefined;
    const { certifyAgent, readRequest } = await x509();
    const asked = { request: await readRequest(request), principal: agentPrincipal(cluster) };
    const own = await certifyAgent(files, { ...asked, now: now(), days: LASTS_DAYS });
    return { certificate: `${own}${files.certificate}`, trusted: files.trusted };
  },
});

interface Authority {
  readonly certificate: string;
  readonly key: string;
  readonly trusted: string;
}

/** Undefined when one of them is not there: nobody made them yet. */
async function filesIn(folder: string): Promise<Authority | undefined> {
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  try {
    const [certificate, key, trusted] = await Promise.all([read('tls.crt'), read('tls.key'), read('ca.crt')]);
    return { certificate, key, trusted };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
