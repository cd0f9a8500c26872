import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOMS, VENDORS } from './table.ts';

const root = join(import.meta.dirname, '../../..');
const IMPORT =
  /(?:^|[\s;])(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|[\s;(])import\s*\(?\s*['"]([^'"]+)['"]/g;
const isTest = (path: string) => /\.test\.ts$|\/contract(\.ts$|\/)|\/testing\//.test(path);
const importsOf = (path: string) =>
  [...readFileSync(join(root, path), 'utf8').matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '');
const sources = Object.keys(ROOMS).flatMap((room) =>
  globSync(`${room}/src/**/*.{ts,svelte}`, { cwd: root }).map((path) => ({ room, path, imports: importsOf(path) })),
);

test('the rooms are all in the table', () => {
  const rooms = globSync('{packages,agents,servers}/*/package.json', { cwd: root }).map((path) =>
    path.replace('/package.json', ''),
  );
  expect(rooms.filter((room) => !(room in ROOMS))).toEqual([]);
  expect(sources.length).toBeGreaterThan(100);
});

test('a room imports of ours only what the table allows', () => {
  const wrong = sources.flatMap(({ room, path, imports }) => {
    const allowed = ROOMS[room];
    if (allowed === undefined || allowed === '*' || isTest(path)) return [];
    const foreign = imports.filter(
      (name) => name.startsWith('@mosaic/') && !allowed.includes(name.split('/')[1] ?? ''),
    );
    const climbing = imports.filter((name) => name.startsWith('.') && !join(path, '..', name).startsWith(`${room}/`));
    return [...foreign, ...climbing].map((name) => `${path} imports ${name}`);
  });
  expect(wrong).toEqual([]);
});

test('a vendor is imported only where the table allows it', () => {
  const wrong = sources
    .filter(({ path }) => !isTest(path))
    .flatMap(({ path, imports }) =>
      VENDORS.flatMap(({ vendor, onlyIn }) =>
        imports
          .filter((name) => vendor.test(name) && !onlyIn.some((place) => path.startsWith(`${place}/`)))
          .map((name) => `${path} imports ${name}`),
      ),
    );
  expect(wrong).toEqual([]);
});

test('wire knows neither Node nor a browser', () => {
  const wire = sources.filter(({ room, path }) => room === 'packages/wire' && !isTest(path));
  expect(wire.flatMap(({ imports }) => imports.filter((name) => name.startsWith('node:')))).toEqual([]);
  const globals = /\b(process|Buffer|window|document|localStorage)\s*[.[(]/;
  expect(
    wire.filter(({ path }) => globals.test(readFileSync(join(root, path), 'utf8'))).map(({ path }) => path),
  ).toEqual([]);
});
