// The authorities of an installation as they are kept, and how far the replacement of one has come. While one is replaced the old and the
// new are both trusted: first everybody learns to trust the new one, then it issues, then the old one goes.

import type { AuthorityName, Credential } from './catalogue.ts';
import { isCertificate } from './catalogue.ts';
import { bundle, certificatesIn } from './certificate.ts';
import type { Files, Home, Kept } from './home.ts';
import type { Issuer } from './making.ts';

/** `both trusted`: the old one issues. `new issues`: what the old one issued is trusted still. */
export type Stage = 'steady' | 'both trusted' | 'new issues';

export const AUTHORITY_FILES = {
  certificate: 'ca.crt',
  key: 'ca.key',
  nextCertificate: 'next.crt',
  nextKey: 'next.key',
  previous: 'previous.crt',
} as const;

export const stageOf = ({ files }: Pick<Kept, 'files'>): Stage => {
  if (files[AUTHORITY_FILES.nextKey] !== undefined) return 'both trusted';
  return files[AUTHORITY_FILES.previous] === undefined ? 'steady' : 'new issues';
};

/** What everybody is told to trust. */
export const trustedBy = (files: Files): string =>
  bundle(files[AUTHORITY_FILES.certificate], files[AUTHORITY_FILES.nextCertificate], files[AUTHORITY_FILES.previous]);

/** An authority's key is not where the installation has it. */
export class LostKey extends Error {
  override readonly name = 'LostKey';
}

const lost = (name: AuthorityName, home: Home): LostKey =>
  new LostKey(
    `the key of the authority ${name} is not in ${home.where}, so nothing can be issued in its name. ` +
      `When nothing was made there yet: mosaic init ${home.flags}. ` +
      `If you keep it elsewhere, put it back (ca.crt and ca.key of mosaic-${name}) and run this again; ` +
      `if it is lost: mosaic rotate ${name} --lost ${home.flags}`.trimEnd(),
  );

/** The issuer as it is now. Throws `LostKey`. */
export async function issuerOf(name: AuthorityName, home: Home, all: readonly Credential[]): Promise<Issuer> {
  const credential = all.find((one) => one.name === name);
  const kept = credential && (await home.read(credential.places[0]));
  const { [AUTHORITY_FILES.certificate]: certificate, [AUTHORITY_FILES.key]: key } = kept?.files ?? {};
  if (kept === undefined || certificate === undefined || key === undefined) throw lost(name, home);
  return { certificate, key, trusted: trustedBy(kept.files) };
}

/** What those trust who have certificates already; undefined when nobody has one. */
export async function trustInUse(
  name: AuthorityName,
  home: Home,
  all: readonly Credential[],
): Promise<string | undefined> {
  const its = all.filter((one) => isCertificate(one) && one.making.by === name);
  const bundles = await Promise.all(its.map(async ({ places }) => (await home.read(places[0]))?.files['ca.crt']));
  const trusted = bundle(...bundles);
  return certificatesIn(trusted).length > 0 ? trusted : undefined;
}
