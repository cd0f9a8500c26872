// `mosaic top pods --at T`: what pods or nodes used at a moment, by the metrics API of that moment.

import { coverageReportSchema } from '@mosaic/wire';
import { Argument, Command, Option } from 'commander';
import { clustersMeant } from '../ask/clusters.ts';
import type { Context } from '../ask/common.ts';
import { pastUrl } from '../ask/contexts.ts';
import { countIn } from '../ask/numbers.ts';
import { apiAt } from '../plain/api.ts';
import { nodesIn, podsIn, share, type Used } from '../plain/usage.ts';
import type { Column } from '../print/answer.ts';
import { amount } from './quantities.ts';
import { asQuestion, conclude, type QuestionOptions } from './question.ts';

interface TopOptions extends QuestionOptions {
  readonly at: string;
  readonly namespace?: string;
  readonly sortBy: 'cpu' | 'memory' | 'name';
  readonly containers?: boolean;
  readonly limit?: string;
}

const WHAT = ['pods', 'nodes'] as const;
type What = (typeof WHAT)[number];

export function topCommand(): Command {
  const command = new Command('top')
    .description('what pods or nodes used at a moment: processor and memory, the hungriest first')
    .addArgument(new Argument('[what]', 'of whom').choices(WHAT).default('pods'))
    .option('-n, --namespace <name>', 'only pods of this namespace')
    .option('--at <instant>', 'the moment: RFC 3339, now-6h, "yesterday 03:12", 03:12', 'now')
    .option('--containers', 'a line per container instead of one per pod')
    .addOption(new Option('--sort-by <column>', 'the largest first').choices(['cpu', 'memory', 'name']).default('cpu'))
    .option('--limit <n>', 'only the first so many')
    .addHelpText('after', EXAMPLES);
  return asQuestion(command, ask);
}

const EXAMPLES = `
Examples
  mosaic top --at "yesterday 03:12" -n shop
  mosaic top nodes -c eu-1 --at now-6h --sort-by memory
  mosaic top pods --containers --limit 10 -o csv`;

async function ask(context: Context, what: What, options: TopOptions): Promise<number> {
  const most = countIn('limit', options.limit);
  const instant = context.instant(options.at);
  const at = new Date(instant).toISOString();
  const names = await clustersMeant(context.server, options.cluster === undefined ? [] : [options.cluster]);
  const asked = names.map(async (cluster) => {
    const api = apiAt(pastUrl({ url: context.server.url, at: instant }, cluster));
    return what === 'nodes' ? nodesIn(api, cluster) : podsIn(api, cluster, options);
  });
  const [used, coverage] = await Promise.all([Promise.all(asked), coverageAt(context, at, options.cluster)]);
  const sorted = used.flat().sort(order(options.sortBy));
  const rows = sorted.slice(0, most);
  return conclude(context, options, {
    rows,
    columns: columnsFor(what, options),
    whole: { at, items: rows, coverage },
    coverage,
  });
}

async function coverageAt({ server }: Context, at: string, cluster: string | undefined) {
  const { coverage } = await server.ask(
    '/coverage',
    { cluster, signal: 'metrics', from: at, to: at },
    coverageReportSchema,
  );
  return coverage;
}

const order =
  (by: TopOptions['sortBy']) =>
  (a: Used, b: Used): number =>
    (by === 'name' ? 0 : b[by] - a[by]) ||
    `${a.cluster} ${a.namespace} ${a.name}`.localeCompare(`${b.cluster} ${b.namespace} ${b.name}`);

function columnsFor(what: What, { containers }: TopOptions): readonly Column<Used>[] {
  const isOfNodes = what === 'nodes';
  return [
    { name: 'cluster', of: ({ cluster }) => cluster },
    ...(isOfNodes ? [] : [{ name: 'namespace', of: ({ namespace }: Used) => namespace }]),
    { name: isOfNodes ? 'node' : 'pod', of: ({ name }) => name },
    ...(containers === true && !isOfNodes ? [{ name: 'container', of: ({ container = '' }: Used) => container }] : []),
    { name: 'cpu', of: ({ cpu }) => `${Math.round(cpu * 1000)}m` },
    ...(isOfNodes ? [{ name: 'cpu%', of: ({ cpuShare }: Used) => share(cpuShare) }] : []),
    { name: 'memory', of: ({ memory }) => amount(memory) },
    ...(isOfNodes ? [{ name: 'memory%', of: ({ memoryShare }: Used) => share(memoryShare) }] : []),
    { name: 'sampled', of: ({ at, windowS }) => `${at}, over ${windowS} s`, wide: true },
  ];
}
