// Replaces an authority in three steps, each of which leaves everybody able to talk to everybody:
// 1. the new one is made, and trusted beside the old; 2. it issues all certificates anew; 3. the old one is no longer trusted.
// What uses certificates is restarted between the steps. A step that was interrupted is taken again.

import { AUTHORITY_FILES, type Stage, stageOf, trustedBy, trustInUse } from './authorities.ts';
import { type AuthorityName, isCertificate } from './catalogue.ts';
import { isIssuedBy } from './certificate.ts';
import type { Files, Kept } from './home.ts';
import type { Installation } from './init.ts';
import { newAuthority } from './making.ts';
import { type Located, located, type Restart, renew, restartsOf } from './rotate.ts';

/** Not the step that comes next; the message says which does. */
export class WrongStep extends Error {
  override readonly name = 'WrongStep';
}

const { certificate, key, nextCertificate, nextKey, previous } = AUTHORITY_FILES;

/** Step 1. With `isLost` the old key need not be there: what is in use says what is trusted. */
export async function trustNew(
  installation: Installation,
  name: AuthorityName,
  isLost: boolean,
): Promise<readonly Restart[]> {
  const { home, credentials, told } = installation;
  const kept = await authorityOf(installation, name);
  const stage = kept === undefined ? 'steady' : stageOf(kept);
  if (kept !== undefined && stage === 'both trusted' && (await untold(installation, name, kept.files)).length > 0)
    return spread(installation, name, kept.files);
  if (stage !== 'steady') throw new WrongStep(`${name} is being replaced already: ${nextStep(stage, name)}`);
  const old = kept?.files[certificate] ?? (await trustInUse(name, home, credentials));
  if (old === undefined) throw new WrongStep(`there is no authority ${name} to replace; mosaic init makes one`);
  if (!isLost && kept?.files[key] === undefined)
    throw new WrongStep(`the key of ${name} is not here; when it is lost: mosaic rotate ${name} --lost`);
  const made = await newAuthority(`mosaic-${name}`, installation);
  const files = { ...kept?.files, [certificate]: old, [nextCertificate]: made.certificate, [nextKey]: made.key };
  await put(installation, name, files, kept);
  told(`made       a new ${name}; the old one is trusted beside it`);
  return spread(installation, name, files);
}

/** Step 2. */
export async function issueAnew(installation: Installation, name: AuthorityName): Promise<readonly Restart[]> {
  const kept = await authorityOf(installation, name);
  const stage = kept === undefined ? 'steady' : stageOf(kept);
  if (kept === undefined || stage === 'steady')
    throw new WrongStep(`no new ${name} is waiting to issue; mosaic rotate ${name} makes one`);
  if (stage === 'new issues') {
    const left = await issuedByOthers(installation, name, kept.files);
    if (left.length === 0) throw new WrongStep(`all have certificates of the new ${name}: ${nextStep(stage, name)}`);
    return renew(installation, left);
  }
  const ignorant = await untold(installation, name, kept.files);
  if (ignorant.length > 0)
    throw new WrongStep(`${namesOf(ignorant)} would not trust the new ${name} yet; run mosaic rotate ${name} again`);
  const { [nextCertificate]: made = '', [nextKey]: its = '', [certificate]: old = '' } = kept.files;
  await put(installation, name, { [certificate]: made, [key]: its, [previous]: old }, kept);
  return renew(installation, itsOf(installation, name));
}

/** Step 3. */
export async function forgetOld(installation: Installation, name: AuthorityName): Promise<readonly Restart[]> {
  const kept = await authorityOf(installation, name);
  const stage = kept === undefined ? 'steady' : stageOf(kept);
  if (kept === undefined || stage === 'both trusted') throw new WrongStep(`${name}: ${nextStep(stage, name)}`);
  const left = await issuedByOthers(installation, name, kept.files);
  if (left.length > 0)
    throw new WrongStep(`${namesOf(left)}: certificates of the old ${name}; first mosaic rotate ${name} --continue`);
  const { [certificate]: made = '', [key]: its = '' } = kept.files;
  const files = { [certificate]: made, [key]: its };
  if (stage === 'steady' && (await untold(installation, name, files)).length === 0)
    throw new WrongStep(`${name} is not being replaced: nothing to finish`);
  if (stage === 'new issues') await put(installation, name, files, kept);
  installation.told(`finished   ${name}: the old one is no longer trusted`);
  return spread(installation, name, files);
}

/** What has certificates of this authority. */
export const usersOf = (installation: Installation, name: AuthorityName): readonly Restart[] =>
  restartsOf(itsOf(installation, name));

export const nextStep = (stage: Stage, name: string): string =>
  stage === 'both trusted'
    ? `when all have been restarted: mosaic rotate ${name} --continue`
    : `when all have been restarted, agents of every cluster too: mosaic rotate ${name} --finish`;

export async function stageOfAuthority(installation: Installation, name: AuthorityName): Promise<Stage> {
  const kept = await authorityOf(installation, name);
  return kept === undefined ? 'steady' : stageOf(kept);
}

const authorityOf = async (installation: Installation, name: AuthorityName): Promise<Kept | undefined> =>
  installation.home.read(credentialOf(installation, name).places[0]);

async function put(
  installation: Installation,
  name: AuthorityName,
  files: Files,
  kept: Kept | undefined,
): Promise<void> {
  const { places, user } = credentialOf(installation, name);
  const writing = { isCertificate: false, user };
  if (kept === undefined) await installation.home.create(places[0], files, writing);
  else await installation.home.replace(places[0], files, writing, kept);
}

/** Everybody who has a certificate of this authority is told whom to trust; certificates stay. */
async function spread(installation: Installation, name: AuthorityName, files: Files): Promise<readonly Restart[]> {
  const trusted = trustedBy(files);
  const its = itsOf(installation, name);
  for (const { credential, home } of its) {
    for (const place of credential.places) {
      const kept = await home.read(place);
      if (kept === undefined || kept.files['ca.crt'] === trusted) continue;
      const writing = { isCertificate: true, user: credential.user };
      await home.replace(place, { ...kept.files, 'ca.crt': trusted }, writing, kept);
    }
  }
  return restartsOf(its);
}

const untold = (installation: Installation, name: AuthorityName, files: Files): Promise<readonly Located[]> =>
  those(installation, name, (its) => its['ca.crt'] !== trustedBy(files));

const issuedByOthers = (installation: Installation, name: AuthorityName, files: Files): Promise<readonly Located[]> =>
  those(installation, name, (its) => !isIssuedBy(its['tls.crt'], files[certificate]));

/** Of this authority's, those with a place where it is so. */
async function those(
  installation: Installation,
  name: AuthorityName,
  isSo: (files: Files) => boolean,
): Promise<readonly Located[]> {
  const looked = itsOf(installation, name).map(async (one) => {
    const kept = await Promise.all(one.credential.places.map((place) => one.home.read(place)));
    return { one, so: kept.some((found) => found !== undefined && isSo(found.files)) };
  });
  return (await Promise.all(looked)).flatMap(({ one, so }) => (so ? [one] : []));
}

const itsOf = (installation: Installation, name: AuthorityName): readonly Located[] =>
  located(installation).filter(({ credential }) => isCertificate(credential) && credential.making.by === name);

const namesOf = (which: readonly Located[]): string => which.map(({ credential }) => credential.name).join(', ');

function credentialOf({ credentials }: Installation, name: AuthorityName): Installation['credentials'][number] {
  const found = credentials.find((one) => one.name === name);
  if (found === undefined) throw new Error(`the catalogue has no ${name}`);
  return found;
}
