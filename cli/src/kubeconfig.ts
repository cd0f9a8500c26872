// `mosaic kubeconfig --at T`: contexts with which kubectl and everything like it read the past.

import { inFull } from '@mosaic/wire/written';
import { Command } from 'commander';
import { clustersMeant } from './ask/clusters.ts';
import { type CommonOptions, contextOf, withCommon } from './ask/common.ts';
import { contextName, kubeconfig } from './ask/contexts.ts';
import { speedIn } from './ask/numbers.ts';
import { EXIT, ended } from './exit.ts';
import { tokenFor } from './people/token.ts';

interface KubeconfigOptions extends CommonOptions {
  readonly at: string;
  readonly cluster?: readonly string[];
  readonly speed?: string;
}

export function kubeconfigCommand(): Command {
  const command = new Command('kubeconfig')
    .description('print a kubeconfig of a past moment: kubectl then shows what it would have shown')
    .requiredOption('--at <instant>', 'the moment: RFC 3339, now-6h, "yesterday 03:12", "tuesday 14:05", 03:12')
    .option('-c, --cluster <name...>', 'only these clusters (default: all that are known)')
    .option('--speed <n>', 'seconds of the past in a second of get --watch and logs --follow (default 1)')
    .addHelpText('after', EXAMPLES);
  return withCommon(command).action((options: KubeconfigOptions) => ended(() => run(options)));
}

const EXAMPLES = `
Examples
  mosaic kubeconfig --at "yesterday 03:12" > past.yaml
  kubectl --kubeconfig past.yaml get pods -A                       what it would have printed then
  kubectl --kubeconfig past.yaml --context eu-1@2026-11-20T03:12:00Z describe pod cart-0 -n shop
  mosaic kubeconfig --at now-1h --speed 60 -c eu-1 > past.yaml     an hour of get --watch in a minute`;

async function run({ at: written, cluster, speed: wished, ...common }: KubeconfigOptions): Promise<number> {
  const { server, zone, instant } = contextOf(common);
  const at = instant(written);
  const speed = speedIn(wished) ?? 1;
  const clusters = await clustersMeant(server, cluster);
  const token = tokenFor(server.url);
  process.stdout.write(kubeconfig({ url: server.url, at, clusters, speed, token }));
  if (token !== undefined && server.url.startsWith('http:'))
    process.stderr.write('it holds your token, because kubectl sends none over plain HTTP: keep it to yourself\n');
  const contexts = clusters.map((name) => contextName(name, at)).join(', ');
  process.stderr.write(`${inFull(at, zone)}: ${contexts}\n`);
  return EXIT.found;
}
