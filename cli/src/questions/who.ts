// `mosaic who 10.0.3.7 --at T`: who had an address, ran an image or bore a name at a moment.

import { listOf, type ObjectSummary, objectSummarySchema } from '@mosaic/wire';
import { Command } from 'commander';
import { clustersMeant } from '../ask/clusters.ts';
import type { Context } from '../ask/common.ts';
import { pastUrl } from '../ask/contexts.ts';
import { apiAt } from '../plain/api.ts';
import type { Column } from '../print/answer.ts';
import { asQuestion, conclude, type QuestionOptions } from './question.ts';

interface WhoOptions extends QuestionOptions {
  readonly at: string;
}

export function whoCommand(): Command {
  const command = new Command('who')
    .description('who had an address, ran an image or bore a name at a moment')
    .argument('<what>', 'an IP address, an image or a part of one (with / or :), or the exact name of an object')
    .option('--at <instant>', 'the moment: RFC 3339, now-6h, "yesterday 03:12", 03:12', 'now')
    .addHelpText('after', EXAMPLES);
  return asQuestion(command, ask);
}

const EXAMPLES = `
Examples
  mosaic who 10.244.2.31 --at "yesterday 03:12"
  mosaic who shop/checkout:1.8.2 --at now-6h
  mosaic who checkout-7d9f8-x2x --at 03:12`;

export interface Found {
  readonly cluster: string;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  /** What of it is the address, image or name. */
  readonly by: string;
}

const objects = listOf(objectSummarySchema);
const PER_PAGE = 1_000;

async function ask(context: Context, what: string, options: WhoOptions): Promise<number> {
  const instant = context.instant(options.at);
  const at = new Date(instant).toISOString();
  const clusters = await clustersMeant(context.server, options.cluster === undefined ? [] : [options.cluster]);
  const first = await context.server.ask(
    '/objects',
    { at, cluster: options.cluster, name: what, limit: PER_PAGE },
    objects,
  );
  const found = isAddress(what)
    ? (await Promise.all(clusters.map((cluster) => holders(context, instant, cluster, what)))).flat()
    : isImage(what)
      ? await running(context, at, options.cluster, what)
      : first.items.map((item) => foundIn(item, 'name'));
  return conclude(context, options, { rows: found, columns, whole: { at, items: found }, coverage: first.coverage });
}

export const isAddress = (text: string): boolean =>
  /^\d{1,3}(\.\d{1,3}){3}$/.test(text) || /^[0-9a-f]*:[0-9a-f:.]+$/i.test(text);
export const isImage = (text: string): boolean => /[/:@]/.test(text) && !isAddress(text);

const foundIn = ({ clusterName, namespace, kind, name, uid }: ObjectSummary, by: string): Found => ({
  ...{ cluster: clusterName, namespace, kind, name, uid, by },
});

/** Pods whose containers ran it. */
async function running(
  { server }: Context,
  at: string,
  cluster: string | undefined,
  image: string,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  let cursor: string | undefined;
  do {
    const page = await server.ask('/objects', { at, cluster, kind: 'Pod', limit: PER_PAGE, cursor }, objects);
    for (const pod of page.items) {
      const ran = pod.images.find((each) => each.includes(image));
      if (ran !== undefined) found.push(foundIn(pod, ran));
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return found;
}

interface Addressed {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid: string };
  readonly spec?: { readonly clusterIPs?: readonly string[]; readonly externalIPs?: readonly string[] };
  readonly status?: {
    readonly podIPs?: readonly { readonly ip?: string }[];
    readonly phase?: string;
    readonly addresses?: readonly { readonly address?: string }[];
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] };
  };
}

/** As manifests of the moment say: pods that had not ended, Services, nodes. */
async function holders({ server }: Context, at: number, cluster: string, address: string): Promise<readonly Found[]> {
  const api = apiAt(pastUrl({ url: server.url, at }, cluster));
  const all = await Promise.all(
    [
      ['Pod', '/api/v1/pods'],
      ['Service', '/api/v1/services'],
      ['Node', '/api/v1/nodes'],
    ].map(async ([kind = '', path = '']) => {
      const { items } = await api.json<{ readonly items: readonly Addressed[] }>(path, 'application/json');
      return items.flatMap((item) => {
        const by = addressIn(item, address);
        const { name, namespace = '', uid } = item.metadata;
        return by === undefined ? [] : [{ cluster, namespace, kind, name, uid, by }];
      });
    }),
  );
  return all.flat();
}

const ENDED = new Set(['Succeeded', 'Failed']);

export function addressIn({ spec, status }: Addressed, address: string): string | undefined {
  if (ENDED.has(status?.phase ?? '')) return undefined; // its address may be another's by now
  if (status?.podIPs?.some(({ ip }) => ip === address)) return 'pod IP';
  if (status?.addresses?.some((each) => each.address === address)) return 'node address';
  if (spec?.clusterIPs?.includes(address)) return 'cluster IP';
  if (spec?.externalIPs?.includes(address)) return 'external IP';
  return status?.loadBalancer?.ingress?.some(({ ip }) => ip === address) ? 'load balancer' : undefined;
}

const columns: readonly Column<Found>[] = [
  { name: 'cluster', of: ({ cluster }) => cluster },
  { name: 'namespace', of: ({ namespace }) => namespace },
  { name: 'object', of: ({ kind, name }) => `${kind}/${name}` },
  { name: 'by', of: ({ by }) => by },
  { name: 'uid', of: ({ uid }) => uid, wide: true },
];
