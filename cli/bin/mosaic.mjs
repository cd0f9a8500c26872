#!/usr/bin/env node
// `npx mosaic …`: installs and builds when needed, then runs the command.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ensure = fileURLToPath(new URL('../../scripts/ensure.mjs', import.meta.url));
const { status } = spawnSync(process.execPath, [ensure, 'run', 'mosaic', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
