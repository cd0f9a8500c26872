// What every question can be told: whom it asks, and how an instant of its is read.

import type { Command } from 'commander';
import { UsageError } from '../exit.ts';
import { useTokenFile } from '../people/token.ts';
import { readInstant } from '../time/instants.ts';
import { type Server, server, serverUrl } from './server.ts';

export interface CommonOptions {
  readonly server?: string;
  readonly zone?: string;
  readonly tokenFile?: string;
}

export const withCommon = (command: Command): Command =>
  command
    .option('--server <url>', 'the Mosaic to ask (MOSAIC_URL, default http://127.0.0.1:9000)')
    .option('--token-file <file>', 'an API token to ask with (MOSAIC_TOKEN_FILE; default: what mosaic login kept)')
    .option('--zone <zone>', 'time zone of what is written without one: Europe/Berlin, UTC (default: this machine’s)');

export interface Context {
  readonly server: Server;
  readonly zone: string;
  readonly now: number;
  /** Epoch ms. Throws `UsageError`. */
  instant(text: string): number;
}

/** Throws `UsageError` for one that nobody knows. */
function zoneNamed(named: string | undefined): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: named }).resolvedOptions().timeZone;
  } catch {
    throw new UsageError(`--zone ${named}: there is no such time zone; Europe/Berlin is one, UTC another`);
  }
}

export function contextOf({ server: given, zone: named, tokenFile }: CommonOptions, now = Date.now()): Context {
  useTokenFile(tokenFile);
  const zone = zoneNamed(named);
  return {
    server: server(serverUrl(given)),
    zone,
    now,
    instant: (text) => readInstant(text, { now, zone }),
  };
}
