import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keyAt, makeKey, verifyEd25519 } from './keys.ts';

test('a key is made once, readable by its owner alone, and signs the same ever after', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'keys-')), 'deep', 'agent.pem');
  const [made, again] = [await keyAt(path), await keyAt(path)];
  expect(again.keyId).toBe(made.keyId);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const bytes = new TextEncoder().encode('chunk');
  expect(verifyEd25519(made.publicKey, bytes, again.sign(bytes))).toBe(true);
  expect(verifyEd25519(makeKey().publicKey, bytes, again.sign(bytes))).toBe(false);
});

test('a file that is no key is told by its path, not replaced', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'keys-')), 'agent.pem');
  writeFileSync(path, 'not a key');
  await expect(keyAt(path)).rejects.toThrow(`${path} is not an Ed25519 key in PEM`);
});
