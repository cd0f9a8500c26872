// Who set the value each field has, and when: versions are walked back while the value stays the same, and the book of the one that brought it names the hand.

import { isDeepStrictEqual } from 'node:util';
import { instantOf, isRecord } from '@mosaic/kat';
import type { KeptRevision, Store } from '@mosaic/store';
import type { BlameAnswer } from '@mosaic/wire';
import { rfc3339 } from '../asking/instants.ts';
import { actionOf } from './action-of.ts';
import { type Hand, type Leaf, leavesOf, valueAt } from './managed-fields.ts';
import type { ManifestAt } from './manifest-at.ts';

type Line = BlameAnswer['items'][number];

/** One version of the object, from when it held. */
export interface Version {
  readonly at: number;
  readonly manifest: unknown;
}

interface Open extends Leaf {
  readonly value: unknown;
}

/** The book has whole seconds, and a watch tells a little later. */
const TOLD_WITHIN_MS = 2000;
const PAGE = 100;
/** Of an object that changes every few seconds, further back is not looked. */
const MOST_VERSIONS = 4000;

export interface Blaming {
  /** The version before the one told last; false when every value's beginning is found. */
  before(version: Version): boolean;
  /** A line per leaf, by path. What was so in the oldest version told is `orBefore`, unless the object began with it. */
  lines(): Line[];
}

export function blaming(newest: Version): Blaming {
  let version = newest;
  let open: readonly Open[] = [...leavesOf(newest.manifest).values()].map((leaf) => ({
    ...leaf,
    value: valueAt(newest.manifest, leaf.keys),
  }));
  const found: Line[] = [];
  const close = (leaves: readonly Open[], previous: Version | undefined): void => {
    if (leaves.length === 0) return;
    const book = leavesOf(version.manifest);
    for (const leaf of leaves) found.push(lineOf(leaf, book.get(leaf.path)?.hands ?? leaf.hands, version, previous));
  };
  return {
    before(older) {
      const isSame = ({ keys, value }: Open): boolean => isDeepStrictEqual(valueAt(older.manifest, keys), value);
      const { same = [], other = [] } = Object.groupBy(open, (leaf) => (isSame(leaf) ? 'same' : 'other'));
      close(other, older);
      open = same;
      version = older;
      return open.length > 0;
    },
    lines() {
      close(open, undefined);
      open = [];
      return found.sort((a, b) => (a.path < b.path ? -1 : 1));
    },
  };
}

/** Of several who own it, the one who wrote last when the value came. */
function lineOf({ path, value }: Open, hands: readonly Hand[], set: Version, previous: Version | undefined): Line {
  const [hand] = [...hands].sort((a, b) => (b.wroteAt ?? 0) - (a.wroteAt ?? 0));
  const { manager = 'unknown', operation, subresource, wroteAt } = hand ?? {};
  const action = hand && actionOf(hand, path, set.manifest, previous?.manifest);
  return {
    path,
    value: value ?? null,
    manager,
    ...(action !== undefined && { action }),
    ...(operation !== undefined && { operation }),
    ...(subresource !== undefined && { subresource }),
    ...(previous === undefined ? began(set, wroteAt) : { at: rfc3339(setAt(set, previous, wroteAt)) }),
  };
}

/** As the change log has it; the book's own time where the change was learnt of later. */
function setAt(set: Version, previous: Version, wroteAt: number | undefined): number {
  if (wroteAt === undefined || wroteAt <= previous.at || set.at - wroteAt <= TOLD_WITHIN_MS) return set.at;
  return Math.min(wroteAt, set.at);
}

/** So in the oldest version known: set by then at the latest, or exactly then when the object itself began then. */
function began({ at, manifest }: Version, wroteAt: number | undefined): Pick<Line, 'at' | 'orBefore'> {
  const created = isRecord(manifest) && isRecord(manifest.metadata) && instantOf(manifest.metadata.creationTimestamp);
  const latest = wroteAt ?? at;
  return { at: rfc3339(latest), ...(latest !== created && { orBefore: true }) };
}

/** Reads as many versions as it takes, newest first. */
export async function blameOf(
  { objects }: Pick<Store, 'objects'>,
  cluster: number,
  { revision, manifest }: Pick<ManifestAt, 'revision' | 'manifest'>,
): Promise<Line[]> {
  const blame = blaming({ at: revision.at, manifest });
  const span = { from: 0, to: revision.at };
  let cursor: string | undefined;
  for (let read = 0; read < MOST_VERSIONS; read += PAGE) {
    const asked = { limit: PAGE, bodies: true, ...(cursor !== undefined && { cursor }) };
    const { items, next } = await objects.history(cluster, revision.uid, span, asked);
    for (const version of versionsOf(items, revision.rv)) if (!blame.before(version)) return blame.lines();
    if (next === undefined) break;
    cursor = next;
  }
  return blame.lines();
}

const versionsOf = (revisions: readonly KeptRevision[], but: number): Version[] =>
  revisions.flatMap(({ at, rv, json }) =>
    json === undefined || rv === but ? [] : [{ at, manifest: JSON.parse(json) as unknown }],
  );
