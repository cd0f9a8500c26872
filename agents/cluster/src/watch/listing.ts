// A complete LIST of a kind, page by page.

import { Gone, type LiveSource, type Manifest, type ResourceType, TooLarge } from '@mosaic/kat';

const PAGE = 500;
const LEAST_PAGE = 10;
/** A list whose continuation expires is begun again; a cluster that changes faster than it can be listed is told as such. */
const MOST_TRIES = 4;

export interface Listed {
  readonly uids: ReadonlySet<string>;
  readonly resourceVersion: string;
}

/** Every object goes to `onObject` as its page arrives. Throws what LIST throws; then nothing is known to be complete. */
export async function listAll(
  source: Pick<LiveSource, 'list'>,
  type: ResourceType,
  onObject: (object: Manifest) => void,
  signal: AbortSignal,
): Promise<Listed> {
  let limit = PAGE;
  for (let tries = 1; ; tries++) {
    try {
      return await listOnce(source, type, onObject, signal, limit);
    } catch (error) {
      if (error instanceof TooLarge && limit > LEAST_PAGE) limit = Math.max(LEAST_PAGE, limit >> 2);
      else if (!(error instanceof Gone)) throw error;
      if (tries >= MOST_TRIES) throw error;
    }
  }
}

async function listOnce(
  source: Pick<LiveSource, 'list'>,
  type: ResourceType,
  onObject: (object: Manifest) => void,
  signal: AbortSignal,
  limit: number,
): Promise<Listed> {
  const uids = new Set<string>();
  let next: string | undefined;
  for (;;) {
    const page = await source.list(type, { limit, signal, ...(next !== undefined && { continue: next }) });
    for (const object of page.items) {
      uids.add(object.metadata.uid);
      onObject(object);
    }
    if (page.continue === undefined) return { uids, resourceVersion: page.resourceVersion };
    next = page.continue;
  }
}
