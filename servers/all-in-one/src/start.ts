// Everything in one process, in the order it starts; `lifetime` stops it in reverse.

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createApi } from '@mosaic/api';
import { createDeriver } from '@mosaic/deriver';
import { createReceiver, intakes } from '@mosaic/receiver';
import { type Lifetime, type Log, lifetime, metricsRegistry, nodeCompression, type Telemetry } from '@mosaic/runtime';
import { type EmbeddedStore, embeddedStore, memoryStore, type Store } from '@mosaic/store';
import { inProcessTransport } from '@mosaic/transport';
import { type Choice, type Chosen, chooseClusters } from './choice.ts';
import { folderOf } from './enrol.ts';
import { liveReader } from './live-reader.ts';
import { startPlayground } from './playground.ts';
import { progressBoard } from './progress.ts';
import { watchContexts } from './real-clusters.ts';
import type { Road } from './road.ts';
import type { Settings } from './settings.ts';
import type { Teller } from './told.ts';

export interface AllInOneOptions {
  readonly settings: Settings;
  readonly version: string;
  readonly log: Log;
  readonly teller: Teller;
  readonly telemetry?: Telemetry;
  /** The built page; without it only the API answers. */
  readonly uiDir?: string;
}

export interface AllInOne {
  readonly url: string;
  readonly choice: Choice;
  /** Lines worth telling when ready: how to reach the simulated clusters, what is not watched. */
  readonly hints: readonly string[];
  stop(): Promise<void>;
}

/** Resolves when questions about the past can be answered. Throws what went wrong, everything stopped again. */
export async function startAllInOne({
  settings,
  version,
  log,
  teller,
  uiDir,
  telemetry,
}: AllInOneOptions): Promise<AllInOne> {
  const life = lifetime(({ name, ms }) => teller.step(name, ms));
  const chosen = await life.start('choosing clusters', () =>
    chooseClusters(settings.MOSAIC_CLUSTERS, {
      isKnown: (context) => existsSync(folderOf(settings.MOSAIC_DATA, context)),
    }),
  );
  teller.line(
    `  watching ${chosen.kind === 'playground' ? 'the playground' : chosen.inCluster ? 'this cluster' : chosen.contexts.join(', ')}: ${chosen.because}`,
  );
  const { store, announce } = await openStore(life, settings, log);
  const transport = await life.start(
    'transport (in-process)',
    () => inProcessTransport(),
    (started) => started.close(),
  );
  const parts = {
    store,
    transport,
    compression: nodeCompression,
    log,
    metrics: metricsRegistry(),
    ...(telemetry && { telemetry }),
  };
  const receiver = await life.start(
    'receiver',
    () => begun(createReceiver(parts)),
    (started) => started.stop(),
  );
  await life.start(
    'deriver',
    () => begun(createDeriver(parts)),
    (started) => started.stop(),
  );
  const progress = progressBoard();
  progress.expect();
  const live = liveReader();
  const api = await life.start(
    'api and page',
    () =>
      createApi({
        ...parts,
        settings: {
          host: settings.HOST,
          port: settings.PORT,
          adapter: settings.STORE,
          reportKey: settings.MOSAIC_REPORT_KEY ?? join(settings.MOSAIC_DATA, 'report-key.pem'),
          ...(uiDir !== undefined && { uiDir }),
          ...(settings.MOSAIC_ADMIN_PASSWORD_FILE && { adminPasswordFile: settings.MOSAIC_ADMIN_PASSWORD_FILE }),
        },
        version,
        live,
        progress,
        neighbour: intakes({ ...parts, wantsToken: !/^(localhost|127\.|::1|\[::1\])/.test(settings.HOST) }),
        localClusters: () => live.clusters(),
      }),
    (started) => started.close(),
  );
  const url = await life.start('listening', () => api.listen(settings.PORT));
  announce(url);
  const road: Road = { ...parts, life, teller, live, progress, settings, version, receiver };
  const told = chosen.kind === 'playground' ? await startPlayground(road, url) : await watchContexts(road, chosen);
  const hints = [...told, ...othersIn(chosen)];
  progress.settled();
  return { url, choice: chosen, hints, stop: () => life.stop() };
}

const othersIn = ({ others = [] }: Chosen): readonly string[] =>
  others.length === 0
    ? []
    : [`The kubeconfig has other contexts: ${others.join(', ')} (npm start -- -c a,b watches several)`];

async function openStore(
  life: Lifetime,
  settings: Settings,
  log: Log,
): Promise<{ store: Store; announce: (url: string) => void }> {
  if (settings.STORE === 'memory') {
    return {
      store: await life.start(
        'store (memory)',
        () => memoryStore({ compression: nodeCompression }),
        (store) => store.close(),
      ),
      announce: () => {},
    };
  }
  const folder = join(settings.MOSAIC_DATA, 'store');
  await mkdir(folder, { recursive: true });
  const open = (): Promise<EmbeddedStore> => embeddedStore({ folder, compression: nodeCompression, log });
  const store = await life.start('store (embedded)', open, (started) => started.close());
  return { store, announce: (url) => store.announce(url) };
}

async function begun<T extends { start(): Promise<void> }>(part: T): Promise<T> {
  await part.start();
  return part;
}
