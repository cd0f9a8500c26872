// Other clusters' sides of a minute: what they can be called by is kept as a mark, their edges as they stored them.

import type { Store } from '@mosaic/store';
import { type Doors, doorsOf, type Known, type Side, stitch } from '@mosaic/topology';
import type { EdgeMinute } from '@mosaic/wire';

const doorsMark = (cluster: number): string => `deriver/${cluster}/doors`;
/** Once for a cluster: reading them is cheap, writing is not. */
const written = new WeakMap<object, Map<number, string>>();

type Asked = Pick<Store, 'edges' | 'marks' | 'clusters'>;

/** The edges, those to and from other clusters recognised. `isUnsettled`: another cluster may tell its side yet. */
export async function stitched(
  store: Asked,
  cluster: number,
  minute: number,
  edges: readonly EdgeMinute[],
  known: Known,
): Promise<{ readonly edges: readonly EdgeMinute[]; readonly isUnsettled: boolean }> {
  const others = (await store.clusters.all()).filter(({ id }) => id !== cluster);
  if (others.length === 0) return { edges, isUnsettled: false };
  const doors = doorsOf(cluster, known.objects);
  await keepDoors(store, doors);
  const crossing = edges.filter(isCrossing);
  if (crossing.length === 0) return { edges, isUnsettled: false };
  const sides = await Promise.all(others.map(({ id }) => sideOf(store, id, minute)));
  const { edges: all, isOpen } = stitch(
    { doors, edges },
    sides.filter((side) => side !== undefined),
  );
  const isComing = all.some(({ from, service }) => from.kind === 'External' && service !== undefined);
  return { edges: all, isUnsettled: isOpen || isComing };
}

/** To the outside, or from there to a Service. */
const isCrossing = ({ from, to, service }: EdgeMinute): boolean =>
  to.kind === 'External' || (from.kind === 'External' && service !== undefined);

async function sideOf(store: Asked, cluster: number, minute: number): Promise<Side | undefined> {
  const text = await store.marks.get(doorsMark(cluster));
  if (text === undefined) return undefined;
  const [found] = await store.edges.between(cluster, { from: minute, to: minute });
  return { doors: JSON.parse(text) as Doors, edges: found?.edges ?? [] }; // `keepDoors` wrote it
}

async function keepDoors({ marks }: Asked, doors: Doors): Promise<void> {
  const texts = written.get(marks) ?? new Map<number, string>();
  written.set(marks, texts);
  const text = JSON.stringify(doors);
  if (texts.get(doors.cluster) === text) return;
  await marks.set(doorsMark(doors.cluster), text);
  texts.set(doors.cluster, text);
}
