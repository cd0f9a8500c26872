// A process ends in order on SIGINT or SIGTERM, and at once on the second.

import type { Lifetime } from './lifetime.ts';
import type { Log } from './log.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Resolves when a signal came and everything of `lifetime` has stopped. A second signal exits at once with 130. */
export async function onShutdown(lifetime: Pick<Lifetime, 'stop'>, log: Pick<Log, 'notice' | 'error'>): Promise<void> {
  const first = Promise.withResolvers<string>();
  let signals = 0;
  const hear = (signal: string): void => {
    signals += 1;
    if (signals > 1) process.exit(130);
    first.resolve(signal);
  };
  for (const signal of SIGNALS) process.on(signal, hear);
  try {
    log.notice('stopping', { signal: await first.promise });
    await lifetime.stop();
    log.notice('stopped');
  } catch (error) {
    log.error('did not stop in order', { error });
    process.exitCode = 1;
  } finally {
    for (const signal of SIGNALS) process.off(signal, hear);
  }
}
