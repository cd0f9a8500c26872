// Makes what is missing and keeps what is there: safe to run again, also after a run that was interrupted.

import { issuerOf, trustInUse } from './authorities.ts';
import { AUTHORITIES, type Credential, isCertificate, type Place } from './catalogue.ts';
import { readCertificate } from './certificate.ts';
import type { Files, Home, Kept } from './home.ts';
import { filesOf, type Lives, type Maker, make } from './making.ts';

/** Agents of a cluster, and where their credentials go. */
export interface AgentsAt {
  readonly home: Home;
  readonly credentials: readonly Credential[];
}

export interface Installation {
  /** Of the servers: the authorities are there. */
  readonly home: Home;
  readonly credentials: readonly Credential[];
  readonly agents: readonly AgentsAt[];
  readonly lives: Lives;
  readonly now: () => number;
  /** A line for people. Never a value. */
  readonly told: (line: string) => void;
}

export interface Done {
  readonly made: readonly string[];
  readonly kept: readonly string[];
  readonly completed: readonly string[];
}

export const makerOf = ({ home, credentials, lives, now }: Installation): Maker => ({
  ...{ now, lives },
  issuer: (name) => issuerOf(name, home, credentials),
});

/** Throws `LostKey` when something is to be issued and its authority's key is gone. */
export async function initialize(installation: Installation): Promise<Done> {
  const { home, credentials } = installation;
  const wanted: Located[] = [];
  for (const credential of credentials) {
    const { making, name } = credential;
    if (making.kind === 'authority' && (await isElsewhere(name, installation))) continue;
    if (await mustWait(credential, installation)) continue;
    wanted.push({ credential, home });
  }
  return completeAll([...wanted, ...ofAgents(installation)], installation);
}

/** The agents' part alone: what the servers have is read and not touched. Throws `LostKey` when they have no authority. */
export const initializeAgents = (installation: Installation): Promise<Done> =>
  completeAll(ofAgents(installation), installation);

interface Located {
  readonly credential: Credential;
  readonly home: Home;
}

const ofAgents = ({ agents }: Installation): readonly Located[] =>
  agents.flatMap(({ credentials, home }) => credentials.map((credential) => ({ credential, home })));

async function completeAll(wanted: readonly Located[], installation: Installation): Promise<Done> {
  const { told } = installation;
  const maker = makerOf(installation);
  const done = { made: [] as string[], kept: [] as string[], completed: [] as string[] };
  for (const { credential, home } of wanted) {
    const what = await completed(credential, home, maker, told);
    done[what].push(credential.name);
    if (what !== 'kept') told(`${what.padEnd(9)}  ${credential.name} (${shown(credential.places)})`);
  }
  return done;
}

/** Gone, while certificates that it issued are in use: a new one under the same name would be trusted by nobody. */
async function isElsewhere(name: string, { home, credentials, told }: Installation): Promise<boolean> {
  const authority = AUTHORITIES.find((one) => one === name);
  const its = credentials.find((one) => one.name === name);
  if (authority === undefined || its === undefined || (await home.read(its.places[0])) !== undefined) return false;
  const inUse = await trustInUse(authority, home, credentials);
  if (inUse !== undefined) told(`elsewhere  ${name}: its key is not here; nothing can be issued by it until it is`);
  return inUse !== undefined;
}

/** The agents' authority came later than installations did: where the key above it is kept elsewhere, they go on without. */
async function mustWait({ making, name, places }: Credential, installation: Installation): Promise<boolean> {
  if (making.kind !== 'certificate' || making.isAuthority !== true) return false;
  const { home, told } = installation;
  if ((await home.read(places[0])) !== undefined) return false;
  if (!(await isElsewhere(making.by, { ...installation, told() {} }))) return false;
  told(`left out   ${name}: the key of ${making.by} is not here; until then agents get no certificate by joining`);
  return true;
}

async function completed(
  credential: Credential,
  home: Home,
  maker: Maker,
  told: (line: string) => void,
): Promise<'made' | 'kept' | 'completed'> {
  const found = await Promise.all(credential.places.map((place) => home.read(place)));
  const whole = found.find((kept) => kept !== undefined && isWhole(credential, kept));
  if (whole !== undefined) sayWhatAges(credential, whole, maker.now(), told);
  const files = whole?.files ?? (await make(credential, maker));
  let made = 0;
  for (const [index, place] of credential.places.entries()) {
    const kept = found[index];
    if (kept !== undefined && isWhole(credential, kept)) continue;
    await write(credential, place, files, home, kept);
    made += 1;
  }
  if (made === 0) return 'kept';
  return found.some((kept) => kept !== undefined) ? 'completed' : 'made';
}

async function write(
  credential: Credential,
  place: Place,
  files: Files,
  home: Home,
  kept: Kept | undefined,
): Promise<void> {
  const writing = { isCertificate: isCertificate(credential), user: credential.user };
  if (kept === undefined) await home.create(place, files, writing);
  else await home.replace(place, { ...kept.files, ...files }, writing, kept);
}

const isWhole = (credential: Credential, { files }: Kept): boolean => {
  const isLost = credential.making.kind === 'authority' && files['next.key'] !== undefined; // its own key may be gone: rotate --lost is on its way
  return filesOf(credential).every((name) => (isLost && name === 'ca.key') || (files[name] ?? '') !== '');
};

function sayWhatAges(credential: Credential, { files }: Kept, now: number, told: (line: string) => void): void {
  const { name } = credential;
  if (!isCertificate(credential)) return;
  const certificate = readCertificate(files['tls.crt']);
  if (certificate === undefined) {
    told(`unreadable ${name}: tls.crt is no certificate; mosaic rotate ${name} makes a new one`);
    return;
  }
  if (certificate.expiresAt <= now)
    told(`expired    ${name}, on ${day(certificate.expiresAt)}; mosaic rotate ${name} makes a new one`);
  const missing = credential.making.names.filter((one) => !certificate.names.includes(one));
  if (missing.length > 0) told(`incomplete ${name} lacks ${missing.join(', ')}; mosaic rotate ${name} adds it`);
}

export const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
const shown = (places: readonly Place[]): string =>
  places.map(({ realm, secret }) => (realm === '' ? secret : `${realm}/${secret}`)).join(', ');
