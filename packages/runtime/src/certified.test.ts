// What a node agent's key may say: its own signals, of its own node, for a day.

import { CERTIFIED_FOR_MS, certifyNode, type NodeCertificate, nodeSource, sealChunk, toBase64 } from '@mosaic/wire';
import { expect, test } from 'vitest';
import { chunkGate } from './chunk-gate.ts';
import { nodeCompression } from './compression.ts';
import { makeKey, verifyEd25519 } from './keys.ts';

const AT = Date.UTC(2026, 10, 21, 12);
const agent = makeKey();
const stranger = makeKey();
const node = makeKey();
const stated = { node: 'n1', key: toBase64(node.publicKey), from: AT, until: AT + CERTIFIED_FOR_MS };
const good = certifyNode(1, stated, agent);

interface Said {
  readonly certificate?: NodeCertificate | undefined;
  readonly signal?: 'logs' | 'objects';
  readonly source?: string;
  readonly at?: number;
  readonly cluster?: number;
  readonly key?: ReturnType<typeof makeKey>;
}

const sealed = ({ certificate = good, signal = 'logs', source = nodeSource('n1'), at = AT + 60_000, ...more }: Said) =>
  sealChunk(
    {
      header: {
        ...{ signal, source, boot: 'b', epoch: 1, seq: 1, t0: at, t1: at, sealedAt: at, count: 0, certificate },
        cluster: more.cluster ?? 1,
      },
    },
    nodeCompression,
    more.key ?? node,
  ).bytes;

const faultOf = async (bytes: Uint8Array, now = AT + 120_000, revokedAt?: number): Promise<string> => {
  const enrolled = { ...agent, ...(revokedAt !== undefined && { revokedAt }) };
  const gate = chunkGate({
    keysOf: async () => [enrolled],
    compression: nodeCompression,
    verify: verifyEd25519,
    now: () => now,
  });
  const checked = await gate(bytes);
  return checked.ok ? 'ok' : `${checked.fault}: ${checked.reason}`;
};

test.each<[string, Said, RegExp]>([
  ['its own logs', {}, /^ok$/],
  ['objects', { signal: 'objects' }, /may not tell objects/],
  ['another node', { source: nodeSource('n2') }, /for node n1, not for node-agent n2/],
  ['by a clock an hour slow', { at: AT - 3_600_000 }, /^ok$/],
  ['by a clock an hour fast', { at: AT + CERTIFIED_FOR_MS + 3_600_000 }, /^ok$/],
  ['days after its day', { at: AT + CERTIFIED_FOR_MS + 25 * 3_600_000 }, /does not hold at/],
  ['days before it', { at: AT - 25 * 3_600_000 }, /does not hold at/],
  ['for another cluster', { cluster: 2 }, /is not signed by/],
  ['with another key', { key: stranger }, /is for another key/],
  [
    'by a key that is not enrolled',
    { certificate: certifyNode(1, stated, stranger) },
    /unknown key: key \w+ is not enrolled/,
  ],
  ['by a forged word', { certificate: { ...certifyNode(1, stated, stranger), by: agent.keyId } }, /is not signed by/],
  ['with a changed end', { certificate: { ...good, until: good.until + 1 } }, /is not signed by/],
])('%s', async (_, said, expected) => {
  expect(await faultOf(sealed(said))).toMatch(expected);
});

test('what waited in the spool for two days and more is not let in', async () => {
  expect(await faultOf(sealed({}), AT + CERTIFIED_FOR_MS + 49 * 3_600_000)).toMatch(/does not hold/);
});

test('with the cluster agent its nodes are revoked', async () => {
  expect(await faultOf(sealed({}), AT + 120_000, AT)).toMatch(/^revoked key/);
});
