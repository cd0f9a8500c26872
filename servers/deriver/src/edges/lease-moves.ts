// Since when leases have changed: told by who keeps them, read by who resolves by them. They may be two processes, so it goes through the store.

import type { Store } from '@mosaic/store';

/** Minutes from `since` on may resolve otherwise now. Numbered without holes. */
export interface LeaseMove {
  readonly n: number;
  readonly since: number;
}

/** Older ones are told as one. */
const MOST_MOVES = 60;
const markOf = (cluster: number): string => `deriver/${cluster}/leases-moved`;

export async function movesOf({ marks }: Pick<Store, 'marks'>, cluster: number): Promise<readonly LeaseMove[]> {
  const text = await marks.get(markOf(cluster));
  return text === undefined ? [] : (JSON.parse(text) as LeaseMove[]); // `tellMove` wrote it
}

/** One writer per cluster: its partition's. */
export async function tellMove({ marks }: Pick<Store, 'marks'>, cluster: number, since: number): Promise<void> {
  const moves = await movesOf({ marks }, cluster);
  const all = [...moves, { n: (moves.at(-1)?.n ?? 0) + 1, since }];
  const [dropped, kept] = [all.slice(0, -MOST_MOVES), all.slice(-MOST_MOVES)];
  const [first, ...rest] = kept;
  const told = first && [{ ...first, since: Math.min(first.since, ...dropped.map((move) => move.since)) }, ...rest];
  await marks.set(markOf(cluster), JSON.stringify(told ?? []));
}
