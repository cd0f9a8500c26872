// By how much a node's clock may differ from that of the cluster's agent, whose instants the leases have: by what both said to the receiver.

import type { CoverageSpan, Store } from '@mosaic/store';

/** What was said before the minute counts too: a clock does not change much, and one telling may have waited somewhere. */
const BEFORE_MS = 600_000;
/** Records are sent up to five seconds after they are made: a smaller difference is not measured. */
const RESOLUTION_MS = 5_000;

export async function skewsOf(
  store: Pick<Store, 'coverage'>,
  cluster: number,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<(flow: { readonly source?: string; readonly boot?: string }) => number> {
  const span = { from: from - BEFORE_MS, to };
  const [nodes, agents] = await Promise.all([
    store.coverage.between(cluster, { ...span, signal: 'connections' }),
    store.coverage.between(cluster, { ...span, signal: 'objects' }),
  ]);
  const agent = least(agents);
  const byBoot = Map.groupBy(nodes, ({ source, boot }) => `${source}\n${boot}`);
  return ({ source, boot }) => {
    const node = least(byBoot.get(`${source}\n${boot}`) ?? []);
    const apart = agent === undefined || node === undefined ? 0 : Math.abs(node - agent);
    return apart > RESOLUTION_MS ? apart : 0;
  };
}

/** Waiting in a spool looks like a slow clock: what took least tells most. */
const least = (spans: readonly CoverageSpan[]): number | undefined =>
  spans.length === 0 ? undefined : spans.reduce((ms, { skewMs }) => Math.min(ms, skewMs), Number.MAX_VALUE);
