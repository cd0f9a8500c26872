// The playground as a process of its own: `npm run playground`.

import { join } from 'node:path';
import { logger } from '@mosaic/runtime';
import { playground } from './playground.ts';
import { HELP, settingsFrom } from './settings.ts';

async function main(): Promise<void> {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    process.stdout.write(HELP);
    return;
  }
  const { folder, port, seed, objects, ...settings } = settingsFrom(process.env);
  const world = await playground({
    ...settings,
    ...(seed !== undefined && { seed }),
    ...(objects !== undefined && { objects }),
    ...(port > 0 && { ports: [port, port + 1, port + 2] }),
    stateDir: join(folder, 'playground'),
    log: logger(),
  });
  await world.start();
  const first = world.clusters[0]?.name ?? '';
  for (const { name, url } of world.clusters) process.stdout.write(`${name}  ${url}\n`);
  process.stdout.write(`kubectl --kubeconfig ${world.kubeconfigPath} --context ${first} get pods -A\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      world.stop().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
    });
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
