// What install, upgrade, verify and uninstall have in common: which cluster, whose values, how long to wait.

import { type ConfigOptions, type LiveSource, live } from '@mosaic/kat';
import type { Command } from 'commander';
import { UsageError } from '../exit.ts';
import type { Where } from './credentials.ts';

export interface PlaceOptions {
  readonly context?: string;
  readonly inCluster?: boolean;
  readonly namespace?: string;
}

export interface WishOptions {
  readonly values?: readonly string[];
  readonly set?: readonly string[];
}

const WAIT_S = 600;

export const withPlace = (command: Command): Command =>
  command
    .option('--context <context>', 'the cluster that this context of your kubeconfig names (default: the current one)')
    .option('--in-cluster', 'the cluster this runs in, with the rights of its pod')
    .option('-n, --namespace <name>', 'of what is installed there (default: as the values have it)');

const collected = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export const withWishes = (command: Command): Command =>
  command
    .option(
      '--values <file>',
      'values of your own, over those of the product; may be given again, later wins',
      collected,
    )
    .option('--set <key.path=value>', 'one value, typed as in YAML; may be given again', collected);

export const withDeed = (command: Command): Command =>
  command
    .option('--dry-run', 'show the checks and the plan, change nothing')
    .option('-y, --yes', 'do not ask')
    .option('--wait-for <seconds>', `most to wait for each workload (default ${WAIT_S}); 0: do not wait`);

export const whereOf = ({ context, inCluster = false }: PlaceOptions): Where => {
  if (context !== undefined && inCluster) throw new UsageError('--context and --in-cluster exclude each other');
  return { context, inCluster };
};

export function openSource({ context, inCluster }: Where): LiveSource {
  const options: ConfigOptions = inCluster ? { inCluster } : { ...(context !== undefined && { context }) };
  return live(options);
}

export function waitOf(text: string | undefined): number {
  const seconds = text === undefined ? WAIT_S : Number(text);
  if (!(Number.isInteger(seconds) && seconds >= 0 && seconds <= 86_400))
    throw new UsageError(`--wait-for ${text}: expected seconds, 0–86400`);
  return seconds;
}

/** For commands that are shown: `--context prod `. */
export const flagOf = ({ context }: Where): string => (context === undefined ? '' : `--context ${context} `);
export const out = (line: string): void => void process.stdout.write(`${line}\n`);
