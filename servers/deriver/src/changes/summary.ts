// A revision in one line, and how much it matters: what the change log says of it.

import { WORKLOAD_KINDS } from '@mosaic/topology';
import type { FieldDiff, Revision, Severity } from '@mosaic/wire';
import { type Standing, statuses } from './statuses.ts';
import { isMachinery, MADE_BY_CONTROLLERS } from './who.ts';
import { type Phrase, type Rule, WISHES } from './wishes.ts';

export interface Summary {
  readonly summary: string;
  readonly severity: Severity;
}

type Told = Pick<Revision, 'op' | 'kind' | 'owner' | 'actor' | 'diff' | 'goneAfter' | 'reconstructed'>;

const MOST_PHRASES = 4;

/** Told by the times of managed fields: who wrote last and which fields are theirs, not which of them changed. */
export const OWN_WORD = 'managedFields';

/** Kinds whose coming and going people arrange; of other kinds it is worth knowing. */
const ARRANGED: ReadonlySet<string> = new Set([...WORKLOAD_KINDS, 'Service', 'Ingress', 'Gateway', 'HTTPRoute']);
const DEARLY_LOST: ReadonlySet<string> = new Set(['Namespace', 'Node', 'PersistentVolumeClaim', 'PersistentVolume']);
const SETTINGS: ReadonlySet<string> = new Set(['ConfigMap', 'Secret']);

/**
 * `image shop/checkout:1.8.2 → 1.9.0, env PAYMENTS_PORT 8080 → 8081` with severity 2. What was wished is said before what came of it;
 * when something was wished, nothing else is said. `standing`: how many it wants, when that is known.
 */
export function summaryOf(revision: Told, standing?: Standing): Summary {
  if (revision.op === 'add') return { summary: 'created', severity: born(revision) };
  if (revision.op === 'delete') {
    const summary = revision.goneAfter === undefined ? 'deleted' : 'deleted, found missing later';
    return { summary, severity: lost(revision) };
  }
  if (revision.reconstructed === OWN_WORD)
    return { summary: 'last known write', severity: isMachinery(revision.actor) ? 0 : 1 };
  const wished = revision.diff.filter(({ path }) => !isStatus(path));
  const phrases =
    wished.length > 0
      ? wished.map((diff) => tell(WISHES, diff, revision) ?? { text: diff.path, severity: 0 as const })
      : came(revision, standing);
  return { summary: joined(phrases), severity: damped(revision, worst(phrases)) };
}

export const isStatus = (path: string): boolean => /^status\b/.test(path);

function came(revision: Told, standing: Standing | undefined): Phrase[] {
  const rules = statuses(standing);
  const phrases = revision.diff.flatMap((diff) => tell(rules, diff, revision) ?? []);
  return phrases.length > 0 ? phrases : [{ text: 'status', severity: 0 }];
}

function tell(rules: readonly Rule[], diff: FieldDiff, revision: Told): Phrase | undefined {
  for (const [path, say] of rules) {
    const match = path.exec(diff.path);
    if (match !== null) return say(match.slice(1), diff, revision);
  }
  return undefined;
}

/** The weightiest first, the same once, at most a few; what only came along is left out. */
function joined(phrases: readonly Phrase[]): string {
  const main = phrases.filter(({ aside }) => !aside);
  const said = main.length > 0 ? main : phrases;
  const texts = [...new Set(said.toSorted((a, b) => b.severity - a.severity).map(({ text }) => text))];
  const more = texts.length - MOST_PHRASES;
  return more > 0 ? `${texts.slice(0, MOST_PHRASES).join(', ')} and ${more} more` : texts.join(', ');
}

const worst = (phrases: readonly Phrase[]): Severity =>
  ([3, 2, 1] as const).find((level) => phrases.some(({ severity }) => severity === level)) ?? 0;

/** What machinery wishes follows from what somebody wished before; what it makes is told of by what it makes it for. */
function damped({ kind, owner, actor, diff }: Told, severity: Severity): Severity {
  const most = diff.every(({ path }) => isStatus(path)) ? mostOfStatus(kind, owner) : mostOfWish(kind, owner, actor);
  return severity > most ? most : severity;
}

function mostOfStatus(kind: string, owner: string | undefined): Severity {
  if (!isMade(kind, owner)) return 3;
  return kind === 'Pod' || kind === 'Job' ? 1 : 0;
}

function mostOfWish(kind: string, owner: string | undefined, actor: string | undefined): Severity {
  if (isMade(kind, owner)) return 0;
  return isMachinery(actor) ? 1 : 3;
}

/** Pods, ReplicaSets and Jobs may also be made by hand; the rest never is. */
const isMade = (kind: string, owner: string | undefined): boolean =>
  MADE_BY_CONTROLLERS.has(kind)
    ? owner !== undefined || !WORKLOAD_KINDS.has(kind)
    : kind === 'Job' && owner !== undefined;

function born({ kind, owner }: Told): Severity {
  if (isMade(kind, owner) || kind === 'Pod') return 0;
  if (ARRANGED.has(kind)) return 2;
  return SETTINGS.has(kind) || DEARLY_LOST.has(kind) || owner === undefined ? 1 : 0;
}

function lost({ kind, owner }: Told): Severity {
  if (isMade(kind, owner)) return 0;
  if (kind === 'Job' || kind === 'Pod') return 1;
  if (ARRANGED.has(kind) || DEARLY_LOST.has(kind)) return 3;
  return SETTINGS.has(kind) ? 2 : 1;
}
