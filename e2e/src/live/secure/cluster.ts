// An agent's part, as far as the road concerns it: chunks signed by its cluster's key, sent under its certificate, again until they are taken.

import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyIdOf, nodeCompression } from '@mosaic/runtime';
import type { Store } from '@mosaic/store';
import { kafkaTransport, TOPICS, type Transport } from '@mosaic/transport';
import { type Signer, sealChunk, Unavailable, writeRevisions } from '@mosaic/wire';
import { revision } from '../../../../servers/receiver/src/testing/road.ts';
import type { Secure } from './installation.ts';

export const PODS_PER_CHUNK = 5;
export const AT = Date.now();

/** Enrols the clusters in order, with the keys that `mosaic init` made for their agents. */
export async function enrol(secure: Secure, store: Store, names: readonly string[]): Promise<readonly number[]> {
  const ids: number[] = [];
  for (const name of names) {
    const { id } = await store.clusters.enrol({ name, kind: 'kubernetes' });
    const { keyId, publicKey } = agentKey(secure, id);
    await store.clusters.addKey(id, { keyId, publicKey });
    ids.push(id);
  }
  return ids;
}

export function agentKey({ secrets }: Secure, cluster: number): Signer & { readonly publicKey: Uint8Array } {
  const key = createPrivateKey(readFileSync(join(secrets, `agent-${cluster}/mosaic-agent-key/key.pem`)));
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const publicKey = new Uint8Array(spki.subarray(-32)); // the raw key ends it (RFC 8410)
  return { publicKey, keyId: keyIdOf(publicKey), sign: (bytes) => sign(null, bytes, key) };
}

/** Five pods that were never seen before. `claims`: the cluster its header names. */
export const chunkOf = (secure: Secure, signedBy: number, seq: number, boot: string, claims = signedBy): Uint8Array =>
  chunkBy(agentKey(secure, signedBy), seq, boot, claims);

export function chunkBy(signer: Signer, seq: number, boot: string, claims: number): Uint8Array {
  const header = { signal: 'objects', cluster: claims, source: 'cluster-agent', boot, epoch: 1, seq } as const;
  const first = seq * PODS_PER_CHUNK;
  const rows = writeRevisions(
    Array.from({ length: PODS_PER_CHUNK }, (_, n) => revision(first + n, { at: AT, createdAt: AT, namespace: boot })),
  );
  const sealing = { header: { ...header, t0: AT, t1: AT, sealedAt: AT, count: PODS_PER_CHUNK }, rows };
  return sealChunk(sealing, nodeCompression, signer).bytes;
}

/** Sends a chunk every `everyMs` until it is ended; what is refused is sent again before anything after it. */
export function streaming(secure: Secure, cluster: number, boot: string, everyMs: number) {
  const open = (): Transport => kafkaTransport(secure.kafkaAs(`agent-${cluster}/mosaic-agent-kafka`));
  let transport = open();
  let isOver = false;
  let refused = 0;
  const insist = async (value: Uint8Array): Promise<void> => {
    for (;;) {
      try {
        return await transport.publish(TOPICS.objects, [{ key: String(cluster), value }]);
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
        refused += 1;
      }
    }
  };
  const running = (async () => {
    let seq = 0;
    for (; !isOver; seq++) {
      await insist(chunkOf(secure, cluster, seq, boot));
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    return seq;
  })();
  return {
    refused: () => refused,
    /** As a pod that starts again: with what is in its Secret now. */
    async restart() {
      const before = transport;
      transport = open();
      await before.close();
    },
    /** How many chunks were taken. */
    async end() {
      isOver = true;
      const sent = await running;
      await transport.close();
      return sent;
    },
  };
}

/** Names of the pods of a boot that the store has, each as often as it has it. */
export async function podsOf(store: Store, cluster: number, boot: string): Promise<readonly string[]> {
  const seen: string[] = [];
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const query = { from: AT, to: AT + 1, namespace: boot, kind: 'Pod' };
    const page = await store.objects.names(cluster, query, { limit: 1000, ...(cursor && { cursor }) });
    seen.push(...page.items.map(({ uid }) => uid));
    cursor = page.next;
  }
  return seen;
}
