// By how much a node's clock may differ from that of the cluster's agent, whose instants the leases have: by what both said to the receiver.

/** What a source told of itself: where its clock stood when the receiver's showed the same, ms. */
export interface ToldSkew {
  readonly source: string;
  readonly boot: string;
  readonly skewMs: number;
}

export type Skew = (flow: { readonly source?: string; readonly boot?: string }) => number;

/** What was said before the moment counts too: a clock does not change much, and one telling may have waited somewhere. */
export const SKEWS_BEFORE_MS = 600_000;
/** Records are sent up to five seconds after they are made: a smaller difference is not measured. */
const RESOLUTION_MS = 5_000;

/** `nodes`: coverage of connections; `agents`: coverage of objects. Both from `SKEWS_BEFORE_MS` before the moment on. */
export function skewsFrom(nodes: readonly ToldSkew[], agents: readonly ToldSkew[]): Skew {
  const agent = least(agents);
  const byBoot = Map.groupBy(nodes, ({ source, boot }) => `${source}\n${boot}`);
  return ({ source, boot }) => {
    const node = least(byBoot.get(`${source}\n${boot}`) ?? []);
    const apart = agent === undefined || node === undefined ? 0 : Math.abs(node - agent);
    return apart > RESOLUTION_MS ? apart : 0;
  };
}

/** Waiting in a spool looks like a slow clock: what took least tells most. */
const least = (spans: readonly ToldSkew[]): number | undefined =>
  spans.length === 0 ? undefined : spans.reduce((ms, { skewMs }) => Math.min(ms, skewMs), Number.MAX_VALUE);
