import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { authorized, configFolder, forget, keep, keptPath, tokenFor, useTokenFile } from './token.ts';

let folder: string;
let server: Server;
let url: string;
const asked: (string | undefined)[] = [];
const before = process.env.XDG_CONFIG_HOME;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mosaic-login-'));
  process.env.XDG_CONFIG_HOME = folder;
  asked.length = 0;
  server = createServer((request, response) => {
    asked.push(request.headers.authorization);
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close();
  useTokenFile(undefined);
  delete process.env.MOSAIC_TOKEN_FILE;
  if (before === undefined) delete process.env.XDG_CONFIG_HOME;
  else process.env.XDG_CONFIG_HOME = before;
  rmSync(folder, { recursive: true });
});

test('a kept token is its owner’s alone, and goes to the server it was kept for and to no other', async () => {
  const path = keep(`${url}/`, 'mat_one');
  expect(path).toBe(keptPath(url));
  expect([statSync(path).mode & 0o777, statSync(join(folder, 'mosaic', 'tokens')).mode & 0o777]).toEqual([
    0o600, 0o700,
  ]);
  await authorized(`${url}/api/v1/clusters?x=1`);
  expect(tokenFor('http://127.0.0.1:1')).toBeUndefined();
  expect(tokenFor(url.replace('127.0.0.1', 'localhost'))).toBeUndefined();
  forget(url);
  await authorized(`${url}/api/v1/clusters`);
  expect(asked).toEqual(['Bearer mat_one', undefined]);
});

test('a file that is named comes before the environment’s, and that before what was kept', () => {
  const file = (name: string): string => {
    writeFileSync(join(folder, name), `${name}\n`);
    return join(folder, name);
  };
  keep(url, 'kept');
  expect(tokenFor(url)?.text).toBe('kept');
  process.env.MOSAIC_TOKEN_FILE = file('of-environment');
  expect(tokenFor(url)?.text).toBe('of-environment');
  useTokenFile(file('of-flag'));
  expect(tokenFor(url)?.text).toBe('of-flag');
});

test('a named file that is missing or empty is said, not passed over', () => {
  useTokenFile(join(folder, 'none'));
  expect(() => tokenFor(url)).toThrow(/none cannot be read/);
  writeFileSync(join(folder, 'empty'), '\n');
  useTokenFile(join(folder, 'empty'));
  expect(() => tokenFor(url)).toThrow(/empty is empty; an API token was expected/);
});

test('the folder is where configuration lives on this system', () => {
  expect(configFolder({ XDG_CONFIG_HOME: '/x' }, '/home/ada')).toBe('/x/mosaic');
  expect(configFolder({ XDG_CONFIG_HOME: 'relative' }, '/home/ada')).toBe('/home/ada/.config/mosaic');
});
