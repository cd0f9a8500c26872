// What every question can be told: whom it asks, and how an instant of its is read.

import type { Command } from 'commander';
import { readInstant } from '../time/instants.ts';
import { type Server, server, serverUrl } from './server.ts';

export interface CommonOptions {
  readonly server?: string;
  readonly zone?: string;
}

export const withCommon = (command: Command): Command =>
  command
    .option('--server <url>', 'the Mosaic to ask (MOSAIC_URL, default http://127.0.0.1:9000)')
    .option('--zone <zone>', 'time zone of what is written without one: Europe/Berlin, UTC (default: this machine’s)');

export interface Context {
  readonly server: Server;
  readonly zone: string;
  readonly now: number;
  /** Epoch ms. Throws `UsageError`. */
  instant(text: string): number;
}

export function contextOf({ server: given, zone: named }: CommonOptions, now = Date.now()): Context {
  const zone = named ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    server: server(serverUrl(given)),
    zone,
    now,
    instant: (text) => readInstant(text, { now, zone }),
  };
}
