// A cluster joins: its agent shows a token, once, and a public key; from then on what that key signs is believed, until it is revoked.

import { keyIdOf, type Log, verifyEd25519 } from '@mosaic/runtime';
import type { ClusterRecord, Store, Taken } from '@mosaic/store';
import { type AgentCertificateAnswer, type EnrolledAnswer, enrolProofText } from '@mosaic/wire';
import { rfc3339 } from '../asking/instants.ts';
import { Refused, unreadable } from '../asking/problem.ts';
import { buckets } from '../people/attempts.ts';
import { bytesIn } from '../people/bytes.ts';
import { type Fields, fieldsOf, textIn } from '../people/fields.ts';
import { secretHash } from '../people/secrets.ts';
import type { AgentAuthority } from './agent-authority.ts';
import type { AgentRules } from './agent-rules.ts';
import { type SignedWish, type Signing, wishIn } from './certificate-wish.ts';

const KEY_BYTES = 32;
/** Of one address: a hall of clusters may join behind one. */
const PER_ADDRESS = { most: 60, everyMs: 2_000 };

export interface JoiningOptions {
  readonly store: Pick<Store, 'clusters' | 'enrolment'>;
  readonly log: Pick<Log, 'notice'>;
  readonly now: () => number;
  readonly rules: Pick<AgentRules, 'allow'>;
  readonly authority: AgentAuthority;
  readonly check: (wish: SignedWish, key: Signing) => void;
  /** What agents are to run with, by setting. */
  readonly settings: Readonly<Record<string, string>>;
}

interface Wish {
  readonly token: string;
  readonly publicKey: Uint8Array;
  readonly keyId: string;
  readonly name: string | undefined;
  readonly uid: string | undefined;
  readonly version: string | undefined;
  /** Whether the agent has shown that it holds the private key: then asking again is not a second use of its token. */
  readonly isProven: boolean;
  /** For a certificate, when it wants one. */
  readonly certificate: SignedWish | undefined;
}

/** Throws what an agent's owner should read. */
export function joining({ store, log, now, settings, rules, authority, check }: JoiningOptions) {
  const tries = buckets(PER_ADDRESS, now);

  const certified = (cluster: number, { certificate }: Wish): Promise<AgentCertificateAnswer | undefined> =>
    certificate === undefined ? Promise.resolve(undefined) : authority.certify(cluster, certificate.request);

  const enrolled = async (cluster: ClusterRecord, wish: Wish): Promise<EnrolledAnswer> => {
    const { keyId, publicKey } = wish;
    const kept = (await store.clusters.keys(cluster.id)).find((key) => key.keyId === keyId);
    if (kept?.revokedAt !== undefined)
      throw new Refused(
        409,
        `key ${keyId} of ${cluster.name} was revoked; the agent needs a new key as well as a new token`,
      );
    if (kept === undefined) await store.clusters.addKey(cluster.id, { keyId, publicKey });
    await rules.allow(cluster.id);
    const certificate = await certified(cluster.id, wish);
    return {
      ...{ cluster: cluster.id, name: cluster.name, keyId, settings: { ...settings } },
      ...(certificate !== undefined && { certificate }),
    };
  };

  const join = async (name: string, wish: Wish): Promise<EnrolledAnswer> => {
    const { uid, version } = wish;
    const known = (await store.clusters.all()).find((cluster) => cluster.name === name);
    if (known?.uid !== undefined && uid !== undefined && known.uid !== uid)
      throw new Refused(
        409,
        `${name} is another cluster (its kube-system has uid ${known.uid}); join under another name`,
      );
    const about = { ...(uid !== undefined && { uid }), ...(version !== undefined && { version }) };
    const cluster = await store.clusters.enrol({ name, kind: 'kubernetes', ...about });
    const answer = await enrolled(cluster, wish);
    log.notice('cluster joined', { cluster: cluster.id, name, keyId: wish.keyId });
    return answer;
  };

  /** An agent that lost what it was told asks again; its key is known already. */
  const again = async ({ name, keyId, isProven }: Wish): Promise<ClusterRecord | undefined> => {
    if (!isProven || name === undefined) return undefined;
    const cluster = (await store.clusters.all()).find((each) => each.name === name);
    const keys = cluster === undefined ? [] : await store.clusters.keys(cluster.id);
    return keys.some((key) => key.keyId === keyId && key.revokedAt === undefined) ? cluster : undefined;
  };

  return async (body: unknown, address: string): Promise<EnrolledAnswer> => {
    const waitMs = tries.wait(address);
    if (waitMs > 0)
      throw new Refused(429, 'too many clusters join from this address', {
        headers: { 'Retry-After': String(Math.ceil(waitMs / 1000)) },
      });
    tries.add(address, -1);
    const wish = await wishOf(body);
    if (wish.certificate !== undefined) check(wish.certificate, wish); // before the token: a wish that is refused does not use it up
    const known = await again(wish);
    if (known !== undefined) return enrolled(known, wish);
    const usedFor = wish.isProven ? wish.keyId : `${wish.keyId} ${crypto.randomUUID()}`;
    const taken = await store.enrolment.take(secretHash(wish.token), usedFor);
    if (taken.result !== 'taken') throw refusedBy(taken);
    const { name } = taken.token;
    if (wish.name !== undefined && wish.name !== name)
      throw new Refused(409, `the join token is for cluster ${name}, not for ${wish.name}; it is used up now`);
    return join(name, wish);
  };
}

function refusedBy(taken: Exclude<Taken, { readonly result: 'taken' }>): Refused {
  if (taken.result === 'unknown')
    return new Refused(401, 'the join token is not known here; `mosaic clusters add NAME` makes one');
  const { name, usedAt, expiresAt } = taken.token;
  const anew = `\`mosaic clusters add ${name}\` makes another`;
  if (taken.result === 'late') return new Refused(403, `the join token expired at ${rfc3339(expiresAt)}; ${anew}`);
  return new Refused(409, `the join token was used already, at ${rfc3339(usedAt ?? expiresAt)}; ${anew}`);
}

async function wishOf(body: unknown): Promise<Wish> {
  const fields = fieldsOf(body, ['token', 'publicKey', 'name', 'uid', 'version', 'proof', 'certificate']);
  const text = textIn(fields, 'publicKey', 100);
  const publicKey = bytesIn(text);
  if (publicKey?.length !== KEY_BYTES)
    throw unreadable([
      { field: 'publicKey', expected: '32 bytes of an Ed25519 key in base64', got: JSON.stringify(text) },
    ]);
  return {
    ...{ token: textIn(fields, 'token', 200), publicKey, keyId: keyIdOf(publicKey) },
    ...{ name: maybeText(fields, 'name'), uid: maybeText(fields, 'uid'), version: maybeText(fields, 'version') },
    certificate: fields.certificate === undefined ? undefined : await wishIn(fields.certificate),
    isProven: fields.proof !== undefined && isProof(textIn(fields, 'proof', 200), text, publicKey),
  };
}

const maybeText = (fields: Fields, field: string): string | undefined =>
  fields[field] === undefined ? undefined : textIn(fields, field, 253);

function isProof(proof: string, publicKey: string, key: Uint8Array): boolean {
  const signature = bytesIn(proof);
  try {
    if (signature !== undefined && verifyEd25519(key, enrolProofText(publicKey), signature)) return true;
  } catch {
    // a signature that cannot be read does not fit
  }
  throw unreadable([{ field: 'proof', expected: 'a signature by this key', got: 'one that does not fit' }]);
}
