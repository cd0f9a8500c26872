// Replaces credentials while everything runs: the new one is written, what uses it is restarted pod by pod, and what was valid before stays
// valid until then.

import { AUTHORITIES, type AuthorityName, type Credential, isCertificate, type Workload } from './catalogue.ts';
import { readCertificate } from './certificate.ts';
import type { Files, Home, Kept } from './home.ts';
import { type Installation, makerOf } from './init.ts';
import { filesOf, make } from './making.ts';

export interface Located {
  readonly credential: Credential;
  readonly home: Home;
}

export interface Restart {
  readonly workload: Workload;
  readonly home: Home;
}

/** Everything of an installation, its agents' too. */
export const located = ({ home, credentials, agents }: Installation): readonly Located[] => [
  ...credentials.map((credential) => ({ credential, home })),
  ...agents.flatMap((one) => one.credentials.map((credential) => ({ credential, home: one.home }))),
];

export const isAuthority = (name: string): name is AuthorityName => AUTHORITIES.some((one) => one === name);

/** Why this one cannot be replaced by itself; undefined when it can. */
export function whyNot({ making, cluster }: Credential): string | undefined {
  if (making.kind === 'cluster-id') return 'Kafka’s disks are formatted with it; it is no secret and does not age';
  if (making.kind === 'login')
    return 'the servers keep a hash of it: say where they answer, --server http://localhost:9000 of a forwarded port';
  if (making.kind === 'agent-key')
    return `the servers know the agents of cluster ${cluster} by it; they enrol anew with a new key and a new join token, see docs/security.md`;
  return undefined;
}

/** New values for each, in all their places. Answers what must be restarted for them to count. */
export async function renew(installation: Installation, which: readonly Located[]): Promise<readonly Restart[]> {
  const maker = makerOf(installation);
  for (const { credential, home } of which) {
    await put(credential, home, await make(credential, maker));
    installation.told(`rotated    ${credential.name}`);
  }
  return restartsOf(which);
}

/** In all its places. */
export async function put(credential: Credential, home: Home, made: Files): Promise<void> {
  for (const place of credential.places) {
    const kept = await home.read(place);
    const writing = { isCertificate: isCertificate(credential), user: credential.user };
    if (kept === undefined) await home.create(place, made, writing);
    else await home.replace(place, succeeding(credential, made, kept), writing, kept);
  }
}

/** What the old key signed can still be verified: it is kept beside the new one until the next time. */
function succeeding({ making }: Credential, made: Files, { files }: Kept): Files {
  if (making.kind !== 'signing-key') return made;
  const before = files[making.file];
  return before === undefined ? made : { ...made, [`previous.${making.file}`]: before };
}

/** Stores before those who ask them; each once. */
export function restartsOf(which: readonly Located[]): readonly Restart[] {
  const all = which.flatMap(({ credential, home }) => credential.usedBy.map((workload) => ({ workload, home })));
  const each = new Map(all.map((one) => [`${one.home.where}/${one.workload.realm}/${one.workload.name}`, one]));
  const rank = ({ workload }: Restart): number => (workload.kind === 'StatefulSet' ? 0 : 1);
  return [...each.values()].sort((a, b) => rank(a) - rank(b));
}

/** One after the other, where the home can; answers those that people must restart. */
export async function restartAll(
  restarts: readonly Restart[],
  told: (line: string) => void,
): Promise<readonly Workload[]> {
  const left: Workload[] = [];
  for (const { workload, home } of restarts) {
    if (home.restart === undefined) {
      left.push(workload);
      continue;
    }
    told(`restarting ${workload.name}, pod by pod`);
    const what = await home.restart(workload);
    if (what === 'not there') told(`  ${workload.name} is not installed: nothing to restart`);
  }
  return left;
}

/** Certificates that expire within `days`, or have; and those that cannot be read. */
export async function due(all: readonly Located[], now: number, days: number): Promise<readonly Located[]> {
  const looked = await Promise.all(
    all.map(async (one) => ({ one, kept: await one.home.read(one.credential.places[0]) })),
  );
  return looked.flatMap(({ one, kept }) => {
    if (kept === undefined || !isCertificate(one.credential)) return [];
    const expiresAt = readCertificate(kept.files['tls.crt'])?.expiresAt ?? 0;
    const isWhole = filesOf(one.credential).every((name) => kept.files[name] !== undefined);
    return expiresAt - now < days * 86_400_000 || !isWhole ? [one] : [];
  });
}
