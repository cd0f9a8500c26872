// An enrolled key gets a new client certificate for its cluster, as long as nobody has revoked it. No session: the signature says who asks.

import type { Log } from '@mosaic/runtime';
import type { Store } from '@mosaic/store';
import type { AgentCertificateAnswer } from '@mosaic/wire';
import { Refused, unreadable } from '../asking/problem.ts';
import { buckets } from '../people/attempts.ts';
import { fieldsOf, textIn } from '../people/fields.ts';
import type { AgentAuthority } from './agent-authority.ts';
import { type SignedWish, type Signing, wishIn } from './certificate-wish.ts';

/** Of one address: a hall of clusters may ask from behind one. */
const PER_ADDRESS = { most: 60, everyMs: 2_000 };
/** Replicas, and a person who rotates at once. */
const PER_KEY = { most: 6, everyMs: 60_000 };

export interface RenewingOptions {
  readonly store: Pick<Store, 'clusters'>;
  readonly authority: AgentAuthority;
  readonly check: (wish: SignedWish, key: Signing) => void;
  readonly log: Pick<Log, 'notice'>;
  readonly now: () => number;
}

/** Throws what an agent's owner should read. */
export function renewing({ store, authority, check, log, now }: RenewingOptions) {
  const [addresses, keys] = [buckets(PER_ADDRESS, now), buckets(PER_KEY, now)];
  const take = (tries: ReturnType<typeof buckets>, whose: string): void => {
    const waitMs = tries.wait(whose);
    if (waitMs > 0)
      throw new Refused(429, 'certificates are asked for too often', {
        headers: { 'Retry-After': String(Math.ceil(waitMs / 1000)) },
      });
    tries.add(whose, -1);
  };
  return async (body: unknown, address: string): Promise<AgentCertificateAnswer> => {
    take(addresses, address);
    const { cluster, keyId, ...rest } = fieldsOf(body, ['cluster', 'keyId', 'request', 'at', 'nonce', 'proof']);
    const id = clusterIn(cluster);
    const named = textIn({ keyId }, 'keyId', 100);
    const wish = await wishIn(rest);
    const key = (await store.clusters.keys(id)).find((one) => one.keyId === named);
    if (key === undefined) throw new Refused(401, `key ${named} is not enrolled for cluster ${id}`);
    check(wish, key);
    if (key.revokedAt !== undefined)
      throw new Refused(
        403,
        `key ${named} was revoked; a new token (\`mosaic clusters add NAME\`) lets the cluster join again with a new key`,
      );
    take(keys, named);
    const answer = await authority.certify(id, wish.request);
    if (answer === undefined)
      throw new Refused(
        422,
        `this server signs no agents' certificates (MOSAIC_AGENT_AUTHORITY); \`mosaic rotate agent-${id}-kafka\` makes one where the authority's key is`,
      );
    log.notice('agents certified', { cluster: id, keyId: named });
    return answer;
  };
}

function clusterIn(cluster: unknown): number {
  if (typeof cluster === 'number' && Number.isSafeInteger(cluster) && cluster > 0) return cluster;
  throw unreadable([
    { field: 'cluster', expected: 'the id it was enrolled with', got: JSON.stringify(cluster) ?? 'nothing' },
  ]);
}
