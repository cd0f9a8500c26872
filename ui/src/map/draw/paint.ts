// The whole picture onto a canvas, in the order in which things cover each other.

import { hitTest } from '../hit.ts';
import { paintChangedEdges, paintChanges } from './changes.ts';
import { type IsCard, paintEdgeLabels } from './edge-labels.ts';
import { densityOf, isFailing, paintEdges, paintFailing, type Seen, styled } from './edges.ts';
import { paintFrames, paintHullNames, paintHulls } from './hulls.ts';
import { FAR, paintNodes } from './nodes.ts';
import type { Palette } from './palette.ts';
import type { DrawnEdge, Picture } from './picture.ts';

/** What is made once per picture and not per frame. */
export interface Prepared {
  readonly styles: ReturnType<typeof styled>;
  readonly failing: readonly DrawnEdge[];
  readonly density: number;
  readonly isCard: IsCard;
}

const LABELS_FROM = 0.6;

/** `part` is what of it is painted; `view` is the whole that is seen, so that names in neighbouring parts find the same places. */
export function paintPrepared(
  c: CanvasRenderingContext2D,
  picture: Picture,
  { styles, failing, density, isCard }: Prepared,
  part: Seen,
  view: Seen,
  p: Palette,
  k: number,
): void {
  paintHulls(c, picture.hulls, part, p, k);
  paintEdges(c, styles, part, k, density);
  paintFailing(c, failing, part, p, k);
  paintChangedEdges(c, picture.edges, p, k);
  // edges end at a frame and pass behind others, as they do with cards
  paintFrames(c, picture.frames, part, p, k);
  if (k > LABELS_FROM) paintEdgeLabels(c, picture.edges, view, p, isCard);
  // from afar names are larger than what they stand above, and what is broken is never covered
  if (k < FAR) paintHullNames(c, picture.hulls, part, p, k);
  paintNodes(c, picture.nodes, part, p, k);
  if (k >= FAR) paintHullNames(c, picture.hulls, part, p, k);
  paintChanges(c, picture.nodes, part, p, k);
}

/** Of a picture drawn once. */
export function prepared(picture: Picture, p: Palette, isCard = hitTest(picture).isCard): Prepared {
  const failing = picture.edges.filter(isFailing);
  return { styles: styled(picture.edges, p), failing, density: densityOf(picture), isCard };
}
