// `mosaic at T get pods`: kubectl's own words about a past moment; without kubectl, the commonest of them.

import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inFull } from '@mosaic/wire/written';
import { Command } from 'commander';
import { oneCluster } from './ask/clusters.ts';
import { type CommonOptions, contextOf, withCommon } from './ask/common.ts';
import { kubeconfig, pastUrl } from './ask/contexts.ts';
import { speedIn } from './ask/numbers.ts';
import { EXIT, ended, UsageError } from './exit.ts';
import { tokenFor } from './people/token.ts';
import { plainly } from './plain/plain.ts';
import { momentOf } from './time/moment-of.ts';

interface AtOptions extends CommonOptions {
  readonly cluster?: string;
  readonly speed?: string;
  readonly kubectl: boolean;
}

export function atCommand(): Command {
  const command = new Command('at')
    .description('ask about a past moment in kubectl’s words: mosaic at T get pods -n shop')
    .argument('<words...>', 'the moment, then what kubectl would be told: get, describe, logs, top, events, …')
    .option('-c, --cluster <name>', 'the cluster (needed when there are several)')
    .option('--speed <n>', 'seconds of the past in a second of get --watch and logs --follow')
    .option('--no-kubectl', 'answer get, describe, logs, top and events without kubectl')
    .passThroughOptions()
    .addHelpText('after', EXAMPLES);
  return withCommon(command).action((words: readonly string[], options: AtOptions) => ended(() => run(words, options)));
}

const EXAMPLES = `
Options of ours stand before the moment; everything behind it is kubectl's.

Examples
  mosaic at -c eu-1 "yesterday 03:12" get pods -n shop
  mosaic at -c eu-1 tuesday 14:05 describe deploy checkout -n shop
  mosaic at -c eu-1 now-6h logs checkout-7d9f8-x2x -n shop --previous --tail 20
  mosaic at -c eu-1 --speed 60 now-1h get pods -A --watch

describe counts its ages from now, because kubectl does that by its own clock; get counts them from the moment.`;

async function run(
  words: readonly string[],
  { cluster: named, speed, kubectl, ...common }: AtOptions,
): Promise<number> {
  const { server, zone, instant } = contextOf(common);
  const { at, rest } = momentOf(words, instant);
  if (rest.length === 0) throw new UsageError('say what to ask: mosaic at T get pods -A');
  const pace = speedIn(speed);
  const cluster = await oneCluster(server, named);
  if (process.stderr.isTTY) process.stderr.write(`${cluster} at ${inFull(at, zone)}\n`);
  const past = { url: server.url, at, ...(pace !== undefined && { speed: pace }) };
  if (!kubectl || !(await hasKubectl())) return plainly(pastUrl(past, cluster), rest, process.stdout);
  return withKubectl(kubeconfig({ ...past, clusters: [cluster], token: tokenFor(server.url) }), rest);
}

const hasKubectl = (): Promise<boolean> =>
  new Promise((done) => {
    execFile('kubectl', ['version', '--client', '-o', 'json'], { timeout: 10_000 }, (error) => done(error === null));
  });

/** In a folder of its own: discovery of a moment is worth no room in the cache that is shared with the present. */
async function withKubectl(config: string, args: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-at-'));
  try {
    const file = join(folder, 'config');
    writeFileSync(file, config, { mode: 0o600 });
    const child = spawn('kubectl', ['--kubeconfig', file, '--cache-dir', join(folder, 'cache'), ...args], {
      stdio: 'inherit',
    });
    return await new Promise<number>((done, fail) => {
      child.once('error', fail);
      // Whoever read its output had seen enough.
      child.once('exit', (code, signal) => done(code ?? (signal === 'SIGPIPE' ? EXIT.found : EXIT.error)));
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
