// `mosaic who 10.0.3.7 --at T`: who had an address or one of a network, ran an image or bore a name at a moment.

import { type CoverageAnswer, listOf, type ObjectSummary, objectSummarySchema } from '@mosaic/wire';
import { Command } from 'commander';
import { clustersMeant } from '../ask/clusters.ts';
import type { Context } from '../ask/common.ts';
import { UsageError } from '../exit.ts';
import type { Column } from '../print/answer.ts';
import { type Found, holders, isAddress, isNetwork, networkOf } from './addresses.ts';
import { asQuestion, conclude, type QuestionOptions } from './question.ts';

interface WhoOptions extends QuestionOptions {
  readonly at: string;
}

export function whoCommand(): Command {
  const command = new Command('who')
    .description('who had an address, ran an image or bore a name at a moment')
    .argument(
      '<what...>',
      'an IP address or a network (10.0.3.0/24), an image or a part of one, or the exact name of an object; ip, image or name before it says which',
    )
    .option('--at <instant>', 'the moment: RFC 3339, now-6h, "yesterday 03:12", 03:12', 'now')
    .addHelpText('after', EXAMPLES);
  return asQuestion(command, ask);
}

const EXAMPLES = `
Examples
  mosaic who 10.244.2.31 --at "yesterday 03:12"
  mosaic who 10.244.2.0/24 -c eu-1 --at now-6h -o csv
  mosaic who shop/checkout:1.8.2 --at now-6h
  mosaic who image checkout --at now-6h               "checkout" alone would be a name
  mosaic who checkout-7d9f8-x2x --at 03:12`;

const WAYS = ['ip', 'image', 'name'] as const;
type Way = (typeof WAYS)[number];

export interface Wanted {
  readonly way: Way;
  readonly what: string;
}

/** `ip 10.0.0.1`, `image checkout`, or one word that shows which it is. Throws `UsageError`. */
export function wantedIn(words: readonly string[]): Wanted {
  const [first = '', ...rest] = words;
  const way = rest.length === 1 ? WAYS.find((one) => one === first) : undefined;
  const what = way === undefined ? first : (rest[0] ?? '');
  if (what === '' || words.length > 2 || (way === undefined && rest.length > 0))
    throw new UsageError(`${words.join(' ')}: expected one thing, or ip, image or name and one thing`);
  if (way === 'ip' && !isAddress(what) && !isNetwork(what))
    throw new UsageError(`${what} is neither an IP address nor a network such as 10.0.3.0/24`);
  return { what, way: way ?? wayOf(what) };
}

export function wayOf(what: string): Way {
  if (isAddress(what) || isNetwork(what)) return 'ip';
  return /[/:@]/.test(what) ? 'image' : 'name';
}

const objects = listOf(objectSummarySchema);
const PER_PAGE = 1_000;

async function ask(context: Context, words: readonly string[], options: WhoOptions): Promise<number> {
  const wanted = wantedIn(words);
  const instant = context.instant(options.at);
  const at = new Date(instant).toISOString();
  const { found, coverage } = await foundBy(context, wanted, instant, options.cluster);
  return conclude(context, options, { rows: found, columns, whole: { at, items: found, coverage }, coverage });
}

interface Answered {
  readonly found: readonly Found[];
  readonly coverage: CoverageAnswer;
}

async function foundBy(
  context: Context,
  { way, what }: Wanted,
  instant: number,
  cluster: string | undefined,
): Promise<Answered> {
  const at = new Date(instant).toISOString();
  if (way === 'image') return running(context, at, cluster, what);
  if (way === 'name') {
    const { items, coverage } = await context.server.ask(
      '/objects',
      { at, cluster, name: what, limit: PER_PAGE },
      objects,
    );
    return { found: items.map((item) => foundIn(item, 'name')), coverage };
  }
  const clusters = await clustersMeant(context.server, cluster === undefined ? [] : [cluster]);
  const network = networkOf(what);
  const [{ coverage }, ...found] = await Promise.all([
    context.server.ask('/objects', { at, cluster, limit: 1 }, objects),
    ...clusters.map((name) => holders(context, instant, name, network)),
  ]);
  return { found: found.flat(), coverage };
}

const foundIn = ({ clusterName, namespace, kind, name, uid }: ObjectSummary, by: string): Found => ({
  ...{ cluster: clusterName, namespace, kind, name, uid, by },
});

/** Pods whose containers ran it. */
async function running({ server }: Context, at: string, cluster: string | undefined, image: string): Promise<Answered> {
  const found: Found[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await server.ask('/objects', { at, cluster, kind: 'Pod', limit: PER_PAGE, cursor }, objects);
    for (const pod of page.items) {
      const ran = pod.images.find((each) => each.includes(image));
      if (ran !== undefined) found.push(foundIn(pod, ran));
    }
    if (page.next === undefined) return { found, coverage: page.coverage };
    cursor = page.next;
  }
}

const columns: readonly Column<Found>[] = [
  { name: 'cluster', of: ({ cluster }) => cluster },
  { name: 'namespace', of: ({ namespace }) => namespace },
  { name: 'object', of: ({ kind, name }) => `${kind}/${name}` },
  { name: 'by', of: ({ by }) => by },
  { name: 'uid', of: ({ uid }) => uid, wide: true },
];
