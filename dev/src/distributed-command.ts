// `npm run start:distributed`.

import { join } from 'node:path';
import { dataFolder, environment } from '@mosaic/runtime';
import { type Flags, portOf, say, seconds, untilInterrupted } from './commands.ts';
import { startDistributed } from './distributed.ts';

export async function runDistributed(flags: Flags): Promise<void> {
  const began = performance.now();
  const env = environment();
  const clusters = (env.MOSAIC_CLUSTERS ?? '').split(',').filter(Boolean);
  const running = await startDistributed({
    clusters,
    folder: flags.folder ?? join(env.MOSAIC_DATA ?? dataFolder(), 'distributed'),
    port: await portOf('port', flags.port ?? env.PORT ?? '9000'),
    keyspace: env.CASSANDRA_KEYSPACE ?? 'mosaic',
    told: say,
  });
  say(`\n  Ready in ${seconds(began)} s: ${running.url.replace('127.0.0.1', 'localhost')}\n`);
  if (running.kubeconfig) say(`  kubectl --kubeconfig ${running.kubeconfig} get pods -A`);
  say('  Ctrl-C stops it.');
  await untilInterrupted();
  await running.stop();
}
