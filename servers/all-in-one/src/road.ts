// What the clusters' side of the process is given.

import type { Receiver } from '@mosaic/receiver';
import type { Lifetime, Log } from '@mosaic/runtime';
import type { Store } from '@mosaic/store';
import type { Transport } from '@mosaic/transport';
import type { Compression } from '@mosaic/wire';
import type { LiveSources } from './live-reader.ts';
import type { Progress } from './progress.ts';
import type { Settings } from './settings.ts';
import type { Teller } from './told.ts';

export interface Road {
  readonly store: Store;
  readonly transport: Transport;
  readonly compression: Compression;
  readonly log: Log;
  readonly life: Lifetime;
  readonly teller: Teller;
  readonly live: LiveSources;
  readonly progress: Progress;
  readonly settings: Settings;
  readonly version: string;
  readonly receiver: Receiver;
}
