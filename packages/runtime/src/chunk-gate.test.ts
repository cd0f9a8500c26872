import { sealChunk, writeCoverage } from '@mosaic/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chunkGate, type EnrolledKey } from './chunk-gate.ts';
import { nodeCompression } from './compression.ts';
import { makeKey, type SigningKey, verifyEd25519 } from './keys.ts';

const AT = Date.UTC(2026, 10, 21, 12);
const sealed = (key?: SigningKey, cluster = 1): Uint8Array =>
  sealChunk(
    {
      header: {
        signal: 'coverage',
        cluster,
        source: 's',
        boot: 'b',
        epoch: 1,
        seq: 1,
        t0: AT,
        t1: AT,
        sealedAt: AT,
        count: 0,
      },
      rows: writeCoverage([]),
    },
    nodeCompression,
    key,
  ).bytes;

function gateFor(enrolled: Map<number, EnrolledKey[]>) {
  const state = { reads: 0, now: AT, away: false };
  const gate = chunkGate({
    keysOf: async (cluster) => {
      state.reads += 1;
      if (state.away) throw new Error('store away');
      return [...(enrolled.get(cluster) ?? [])];
    },
    compression: nodeCompression,
    verify: verifyEd25519,
    now: () => state.now,
  });
  return { gate, state };
}
const faultOf = async (checked: Promise<{ ok: boolean; fault?: string }>): Promise<string | undefined> =>
  (await checked).fault;

describe('the gate', () => {
  const key = makeKey();

  test('lets in a whole chunk signed by a key of its cluster, reading the keys once', async () => {
    const { gate, state } = gateFor(new Map([[1, [key]]]));
    for (let i = 0; i < 5; i++) expect((await gate(sealed(key))).ok).toBe(true);
    expect(state.reads).toBe(1);
  });

  test('refuses what is not signed, signed by another, or signed for another cluster', async () => {
    const other = makeKey();
    const { gate } = gateFor(
      new Map<number, EnrolledKey[]>([
        [1, [key, { ...other, publicKey: key.publicKey }]],
        [2, []],
      ]),
    );
    expect(await faultOf(gate(sealed()))).toBe('unsigned');
    expect(await faultOf(gate(sealed(makeKey())))).toBe('unknown key');
    expect(await faultOf(gate(sealed(key, 2)))).toBe('unknown key');
    expect(await faultOf(gate(sealed(other)))).toBe('wrong signature');
  });

  test('meets a new key at once and a revocation within seconds', async () => {
    const enrolled = new Map<number, EnrolledKey[]>([[1, [key]]]);
    const { gate, state } = gateFor(enrolled);
    await gate(sealed(key));
    const second = makeKey();
    enrolled.set(1, [key, second]);
    expect((await gate(sealed(second))).ok).toBe(true);
    enrolled.set(1, [{ ...key, revokedAt: AT }, second]);
    state.now += 3_001;
    expect(await faultOf(gate(sealed(key)))).toBe('revoked key');
  });

  test('does not pass a flood of strangers on to the store', async () => {
    const { gate, state } = gateFor(new Map([[1, [key]]]));
    const stranger = sealed(makeKey());
    for (let i = 0; i < 50; i++) expect(await faultOf(gate(stranger))).toBe('unknown key');
    expect(state.reads).toBe(1);
    state.now += 1_001;
    await gate(stranger);
    expect(state.reads).toBe(2);
  });

  test('decides nothing while the keys cannot be read', async () => {
    const { gate, state } = gateFor(new Map([[1, [key]]]));
    state.away = true;
    await expect(gate(sealed(key))).rejects.toThrow('store away');
    state.away = false;
    expect((await gate(sealed(key))).ok).toBe(true);
  });

  test('refuses any truncation and any flipped bit, and never throws', async () => {
    const { gate } = gateFor(new Map([[1, [key]]]));
    const whole = sealed(key);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(7), async (at, bit) => {
        const flipped = whole.slice();
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        expect((await gate(flipped)).ok).toBe(false);
        expect((await gate(whole.subarray(0, at))).ok).toBe(false);
      }),
    );
  });
});
