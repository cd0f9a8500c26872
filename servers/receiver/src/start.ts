// The receiver as a process: it answers probes at once, waits for its store, and then begins.

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
import { receiverApp } from './app.ts';
import { type Intakes, intakes } from './intakes/intakes.ts';
import { openStore, openTransport } from './open.ts';
import { createReceiver, type Receiver } from './receiver.ts';
import type { ReceiverSettings } from './settings.ts';

export interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

const STARTING: Readiness = { status: 'starting', dependencies: { store: { status: 'starting' } } };

export async function startReceiver(settings: ReceiverSettings, log: Log, telemetry: Telemetry): Promise<Running> {
  const life = lifetime(({ name, ms }) => log.info('started', { name, ms }));
  const metrics = metricsRegistry();
  let receiver: Receiver | undefined;
  let doors: Intakes | undefined;
  const probes = {
    health: async () => receiver?.health() ?? STARTING,
    metrics: async () => receiver?.metrics() ?? metrics.text(),
  };
  const url = await listen(life, settings, probes, () => doors);
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
  const made = createReceiver({
    store,
    transport,
    compression: nodeCompression,
    log,
    telemetry,
    metrics,
    atOnce: settings.RECEIVER_AT_ONCE,
  });
  telemetry.exportMetrics(metrics);
  await life.start(
    'receiver',
    () => untilThere('transport', () => made.start(), { log }),
    () => made.stop(),
  );
  receiver = made;
  const wantsToken = !isLoopback(settings.HOST);
  doors = intakes({ store, transport, compression: nodeCompression, log, metrics, wantsToken });
  return { url, stop: () => life.stop() };
}

async function listen(
  life: Lifetime,
  { HOST, PORT }: ReceiverSettings,
  probes: Parameters<typeof receiverApp>[0],
  doors: () => Intakes | undefined,
): Promise<string> {
  const app = await life.start(
    'http',
    () => receiverApp(probes, doors),
    (made) => made.close(),
  );
  await app.listen(PORT, HOST);
  return app.getUrl();
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host);
