// The panel's first sentence: what is wrong, since when, what changed.

import type { ChangeAnswer, RevisionAnswer, TimelineAnswer, TopologyNode } from '@mosaic/wire';
import { strings } from '../strings.ts';
import { when } from '../time/instants.ts';

type Incident = TimelineAnswer['incidents'][number];
export type Tone = 'well' | 'degraded' | 'broken' | 'unknown' | 'gone';

export interface Sentence {
  readonly tone: Tone;
  /** Set bold: `Broken since 03:12:41.` */
  readonly lead: string;
  readonly rest: string;
}

/** The incident that holds a node at an instant. */
export function incidentOf(timeline: TimelineAnswer | undefined, id: string, at: number): Incident | undefined {
  return timeline?.incidents.findLast(
    (i) => i.node === id && Date.parse(i.from) <= at + 1000 && (i.to === undefined || Date.parse(i.to) >= at - 1000),
  );
}

/** The newest change at or before an instant. */
export function lastChange<T extends Pick<RevisionAnswer | ChangeAnswer, 'at'>>(
  all: readonly T[],
  at: number,
): T | undefined {
  let found: T | undefined;
  for (const each of all) {
    const t = Date.parse(each.at);
    if (t <= at + 1000 && (found === undefined || t > Date.parse(found.at))) found = each;
  }
  return found;
}

/** A summary without the labels that only repeat it: `image a:1 → 2, env PORT 1 → 2`. */
export function gist(summary: string): string {
  const parts = summary.split(', ').filter((part) => !/^(labels? |annotations? |labels or annotations)/.test(part));
  return parts.length === 0 ? summary : parts.join(', ');
}

type Told = Pick<RevisionAnswer, 'at' | 'severity' | 'op' | 'diff'>;

const isOfSpec = ({ op, diff }: Told): boolean =>
  op !== 'modify' || diff.some((d) => !/^(status|metadata)\b/.test(d.path));

/** What a person would call the last change: a deploy or configuration, not the echo of it in the status. */
export function tellingChange<T extends Told>(all: readonly T[], at: number): T | undefined {
  const wanted = all.filter((r) => r.severity >= 2 && isOfSpec(r));
  return lastChange(wanted, at) ?? lastChange(all.filter(isOfSpec), at) ?? lastChange(all, at);
}

const ended = (text: string): string => (text === '' || /[.!?]$/.test(text) ? text : `${text}.`);

interface Facts {
  readonly node: TopologyNode;
  readonly isGone: boolean;
  readonly goneAt: number | undefined;
  /** Of a comparison: it lives at the later instant only. */
  readonly isToCome?: boolean;
  readonly incident: Incident | undefined;
  readonly now: number;
}

export function sentence({ node, isGone, goneAt, isToCome = false, incident, now }: Facts): Sentence {
  if (isToCome) {
    const since = node.createdAt === undefined ? '' : when(Date.parse(node.createdAt), now);
    return { tone: 'gone', lead: strings.panel.notYet(since), rest: '' };
  }
  if (isGone)
    return { tone: 'gone', lead: strings.panel.gone(goneAt === undefined ? '' : when(goneAt, now)), rest: '' };
  const { wanted, ready } = node.counts;
  if (node.health === 'well') {
    const rest = wanted > 0 ? strings.panel.whole(ready, wanted) : strings.panel.wellPlain;
    return { tone: 'well', lead: '', rest };
  }
  const word = strings.healthSince[node.health];
  const lead =
    incident === undefined ? strings.panel.now(word) : strings.panel.since(word, when(Date.parse(incident.from), now));
  const why = node.reasons.length > 0 ? node.reasons.slice(0, 2).map(ended).join(' ') : '';
  return { tone: node.health, lead, rest: why };
}
