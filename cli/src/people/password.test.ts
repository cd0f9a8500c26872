import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { passwordFrom, sureUrl } from './password.ts';

test.each(['https://mosaic.example', 'http://localhost:9000', 'http://127.0.0.1:9000', 'http://[::1]:9000'])(
  'a password may go to %s',
  (url) => expect(sureUrl(url)).toBe(url),
);

test.each(['http://mosaic.example', 'http://10.0.0.1:9000', 'http://localhost.evil.example'])(
  'a password does not go to %s',
  (url) => expect(() => sureUrl(url)).toThrow(/https only/),
);

test('of a file only the line’s end is left out', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-password-'));
  writeFileSync(join(folder, 'a'), ' with blanks \r\n');
  writeFileSync(join(folder, 'b'), '\n');
  expect(await passwordFrom(join(folder, 'a'), '')).toBe(' with blanks ');
  await expect(passwordFrom(join(folder, 'b'), '')).rejects.toThrow('empty');
  rmSync(folder, { recursive: true });
});
