// Where a hit leads: to its panel, into its cluster or namespace, or, for an image, to all that run it.

import type { SearchHit } from '@mosaic/wire';
import type { ViewState } from '../state/url-state.ts';

/** What the view becomes, its instant left aside. An image is no thing with a panel: what runs it is found by expression. */
export function there({ type, cluster, title, id }: SearchHit): Partial<ViewState> {
  if (type === 'cluster') return { cluster, namespace: undefined, node: undefined };
  if (type === 'namespace') return { cluster, namespace: title, node: undefined };
  if (type === 'image')
    return { cluster, namespace: undefined, node: undefined, focus: undefined, q: `image="${title}"` };
  return { node: id, tab: 'summary' };
}
