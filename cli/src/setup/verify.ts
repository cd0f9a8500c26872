// Whether what is installed does what it should: roll-outs, probes, versions, certificates' ends, and that data arrives.

import { healthOf, KubeError, type LiveSource, type Manifest, recordsAt } from '@mosaic/kat';
import { Unanswered } from '../exit.ts';
import { readCertificate } from '../install/certificate.ts';
import { day } from '../install/init.ts';
import { dataCheck } from './arriving.ts';
import type { Inventory } from './inventory.ts';
import { SECRETS } from './kinds.ts';
import type { Check } from './preflight.ts';
import { shownCheck } from './preflight.ts';
import { progress, whyItWaits } from './waiting.ts';

const EXPIRES_SOON_MS = 30 * 86_400_000;
const ROLLED_OUT = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

interface Verifying {
  readonly told: (line: string) => void;
  readonly now: () => number;
  /** How long data may take to arrive. */
  readonly withinMs: number;
}

/** Tells each check. Throws `Unanswered` when one fails. */
export async function verifyInstalled(source: LiveSource, inventory: Inventory, verifying: Verifying): Promise<void> {
  const { told, now } = verifying;
  const workloads = await workloadChecks(source, inventory);
  // Data is worth waiting for where all that sends it runs.
  const withinMs = workloads.some(({ result }) => result === 'failed') ? 0 : verifying.withinMs;
  const checks = [
    stateCheck(inventory),
    ...workloads,
    ...(await certificateChecks(source, inventory, now())),
    await dataCheck(source, inventory, { now, withinMs }),
  ];
  for (const check of checks) told(shownCheck(check));
  const wrong = checks.filter(({ result }) => result === 'failed');
  if (wrong.length > 0)
    throw new Unanswered(`${inventory.tree}: ${wrong.map(({ name }) => name).join(', ')}: not as it should be`);
}

const stateCheck = ({ tree, version, state }: Inventory): Check =>
  state === 'complete'
    ? { name: tree, result: 'ok', said: version }
    : {
        name: tree,
        result: 'failed',
        said: `${version}, an install that was interrupted; mosaic install ${tree} goes on`,
      };

async function workloadChecks(source: LiveSource, { made, version }: Inventory): Promise<readonly Check[]> {
  const workloads = made.filter(({ type }) => ROLLED_OUT.has(type.kind));
  return Promise.all(
    workloads.map(async ({ type, namespace, name }): Promise<Check> => {
      const found = await source.get({ ...type, verbs: [] }, namespace, name);
      const said = `${type.kind} ${namespace}/${name}`;
      if (found === undefined) return { name: said, result: 'failed', said: 'it is not there' };
      const now = progress(found);
      const images = imagesOf(found).join(', ');
      const why = now.isDone ? '' : await whyItWaits(source, found);
      const { health, reasons } = healthOf(found);
      const isWell = now.isDone && health === 'well';
      const all = [now.said, why, ...(isWell ? [] : reasons), images].filter((one) => one !== '');
      const isOurs = images.includes(`:${version}`) || images.includes('@') || !images.includes('mosaic');
      return { name: said, result: isWell ? (isOurs ? 'ok' : 'note') : 'failed', said: all.join('; ') };
    }),
  );
}

const imagesOf = (workload: Manifest): readonly string[] =>
  recordsAt(workload, 'spec', 'template', 'spec', 'containers').flatMap(({ image }) =>
    typeof image === 'string' ? [image] : [],
  );

/** Of our Secrets in its namespaces; where we may not read them, that is what is said. */
async function certificateChecks(
  source: LiveSource,
  { made, namespace }: Inventory,
  now: number,
): Promise<readonly Check[]> {
  const namespaces = [...new Set([namespace, ...made.flatMap((one) => one.namespace ?? [])])];
  try {
    const pages = await Promise.all(
      namespaces.map((each) =>
        source.list(SECRETS, { namespace: each, labelSelector: 'app.kubernetes.io/part-of=mosaic' }),
      ),
    );
    return pages.flatMap(({ items }) => items).flatMap((secret) => certificateCheck(secret, now) ?? []);
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return [{ name: 'certificates', result: 'note', said: `not looked at: ${error.message}` }];
  }
}

function certificateCheck({ metadata, data }: Manifest, now: number): Check | undefined {
  const text = (data as Readonly<Record<string, string>> | undefined)?.['tls.crt']; // as a Secret has it
  if (text === undefined) return undefined;
  const name = `certificate ${metadata.namespace}/${metadata.name}`;
  const certificate = readCertificate(Buffer.from(text, 'base64').toString('utf8'));
  if (certificate === undefined) return { name, result: 'failed', said: 'tls.crt is no certificate' };
  const said = `${certificate.commonName}, until ${day(certificate.expiresAt)}`;
  if (certificate.expiresAt <= now)
    return { name, result: 'failed', said: `${said}: it has expired; mosaic rotate makes a new one` };
  const isSoon = certificate.expiresAt - now < EXPIRES_SOON_MS;
  return { name, result: isSoon ? 'note' : 'ok', said: isSoon ? `${said}: soon; mosaic rotate makes a new one` : said };
}
