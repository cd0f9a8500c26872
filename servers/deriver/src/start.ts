// The deriver as a process: it answers probes at once, waits for its store, and then begins.

import {
  type Lifetime,
  type Log,
  lifetime,
  metricsRegistry,
  nodeCompression,
  type Telemetry,
  untilThere,
} from '@mosaic/runtime';
import type { Readiness } from '@mosaic/wire';
import { deriverApp } from './app.ts';
import { createDeriver, type Deriver } from './deriver.ts';
import { openStore, openTransport } from './open.ts';
import type { DeriverSettings } from './settings.ts';

export interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

const STARTING: Readiness = { status: 'starting', dependencies: { store: { status: 'starting' } } };

export async function startDeriver(settings: DeriverSettings, log: Log, telemetry: Telemetry): Promise<Running> {
  const life = lifetime(({ name, ms }) => log.info('started', { name, ms }));
  const metrics = metricsRegistry();
  let deriver: Deriver | undefined;
  const url = await listen(life, settings, {
    health: async () => deriver?.health() ?? STARTING,
    metrics: async () => deriver?.metrics() ?? metrics.text(),
  });
  const store = await life.start(
    'store',
    () => untilThere('store', () => openStore(settings, log), { log }),
    (opened) => opened.close(),
  );
  const transport = await life.start(
    'transport',
    () => openTransport(settings, log),
    (opened) => opened.close(),
  );
  const made = createDeriver({
    store,
    transport,
    compression: nodeCompression,
    log,
    telemetry,
    metrics,
    atOnce: settings.DERIVER_AT_ONCE,
  });
  telemetry.exportMetrics(metrics);
  await life.start(
    'deriver',
    () => untilThere('transport', () => made.start(), { log }),
    () => made.stop(),
  );
  deriver = made;
  return { url, stop: () => life.stop() };
}

async function listen(
  life: Lifetime,
  { HOST, PORT }: DeriverSettings,
  probes: Parameters<typeof deriverApp>[0],
): Promise<string> {
  const app = await life.start(
    'http',
    () => deriverApp(probes),
    (made) => made.close(),
  );
  await app.listen(PORT, HOST);
  return app.getUrl();
}
