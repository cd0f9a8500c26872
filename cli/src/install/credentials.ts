// What there is: names, ages and ends. Never a value.

import { AUTHORITY_FILES, stageOf } from './authorities.ts';
import { isCertificate } from './catalogue.ts';
import { readCertificate } from './certificate.ts';
import type { Installation } from './init.ts';
import { filesOf } from './making.ts';
import { type Located, located } from './rotate.ts';

export type CredentialState =
  | 'good'
  | 'expires soon'
  | 'expired'
  | 'incomplete'
  | 'missing'
  | 'elsewhere'
  | 'unreadable';

export interface CredentialLine {
  readonly name: string;
  readonly kind: string;
  readonly where: string;
  /** Epoch ms. */
  readonly madeAt?: number;
  readonly expiresAt?: number;
  readonly state: CredentialState;
  /** The command that mends it, or what comes next. */
  readonly todo?: string;
}

export const SOON_DAYS = 30;
const DAY_MS = 86_400_000;

export async function credentialLines(
  installation: Installation,
  soonDays = SOON_DAYS,
): Promise<readonly CredentialLine[]> {
  const lines: CredentialLine[] = [];
  for (const one of located(installation)) lines.push(await lineOf(one, installation.now(), soonDays * DAY_MS));
  return lines;
}

async function lineOf({ credential, home }: Located, now: number, soonMs: number): Promise<CredentialLine> {
  const { name, making, places } = credential;
  const where = places.map(({ realm, secret }) => (realm === '' ? secret : `${realm}/${secret}`)).join(', ');
  const line = { name, kind: making.kind, where };
  const all = await Promise.all(places.map((place) => home.read(place)));
  const kept = all[0];
  const isThere = all.every((found) => filesOf(credential).every((file) => (found?.files[file] ?? '') !== ''));
  if (kept === undefined)
    return making.kind === 'authority'
      ? { ...line, state: 'elsewhere', todo: `its key is not here; when lost: mosaic rotate ${name} --lost` }
      : { ...line, state: 'missing', todo: 'mosaic init' };
  const pem = isCertificate(credential) ? kept.files['tls.crt'] : kept.files[AUTHORITY_FILES.certificate];
  const dated = isCertificate(credential) || making.kind === 'authority';
  const certificate = dated ? readCertificate(pem) : undefined;
  const age = certificate ?? { madeAt: kept.madeAt };
  const next = making.kind === 'authority' ? { todo: todoOf(stageOf(kept), name) } : {};
  if (dated && certificate === undefined)
    return { ...line, ...age, state: 'unreadable', todo: `mosaic rotate ${name}` };
  const told = { ...line, madeAt: age.madeAt, ...(certificate && { expiresAt: certificate.expiresAt }) };
  if (!isThere && stageOf(kept) === 'steady') return { ...told, state: 'incomplete', todo: 'mosaic init' };
  if (certificate !== undefined && certificate.expiresAt <= now + soonMs)
    return { ...told, state: certificate.expiresAt <= now ? 'expired' : 'expires soon', todo: `mosaic rotate ${name}` };
  return { ...told, state: 'good', ...(next.todo !== undefined && { todo: next.todo }) };
}

function todoOf(stage: ReturnType<typeof stageOf>, name: string): string | undefined {
  if (stage === 'steady') return undefined;
  return `being replaced; next: mosaic rotate ${name} ${stage === 'both trusted' ? '--continue' : '--finish'}`;
}
