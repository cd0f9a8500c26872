#!/usr/bin/env node
// `npx manifestr …`: runs the sources as they are. A Node too old to strip types hands over to the one that npm installed with us.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const ours = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
const self = fileURLToPath(import.meta.url);

if (process.features.typescript) {
  module.enableCompileCache?.();
  await import('../src/main.ts');
} else if (existsSync(ours) && process.env.MANIFESTR_HANDED_OVER === undefined) {
  const env = { ...process.env, MANIFESTR_HANDED_OVER: '1' };
  const { status } = spawnSync(ours, [self, ...process.argv.slice(2)], { stdio: 'inherit', env });
  process.exitCode = status ?? 1;
} else {
  process.stderr.write(`manifestr: needs Node 22.18 or newer; this is ${process.version}\n`);
  process.exitCode = 1;
}
