// The whole picture onto a canvas, in the order in which things cover each other.

import { hitTest } from '../hit.ts';
import { paintChangedEdges, paintChanges } from './changes.ts';
import { isFailing, paintEdgeLabels, paintEdges, paintFailing, type Seen, styled } from './edges.ts';
import { paintFrames, paintHullNames, paintHulls } from './hulls.ts';
import { paintNodes } from './nodes.ts';
import type { Palette } from './palette.ts';
import type { DrawnEdge, Picture } from './picture.ts';

/** What is made once per picture and not per frame. */
export interface Prepared {
  readonly styles: ReturnType<typeof styled>;
  readonly failing: readonly DrawnEdge[];
  readonly isCard: Parameters<typeof paintEdgeLabels>[4];
}

const LABELS_FROM = 0.6;

export function paintPrepared(
  c: CanvasRenderingContext2D,
  picture: Picture,
  { styles, failing, isCard }: Prepared,
  view: Seen,
  p: Palette,
  k: number,
): void {
  paintHulls(c, picture.hulls, view, p, k);
  paintFrames(c, picture.frames, view, p, k);
  paintEdges(c, styles, view, k);
  paintFailing(c, failing, view, p, k);
  paintChangedEdges(c, picture.edges, p, k);
  if (k > LABELS_FROM) paintEdgeLabels(c, picture.edges, view, p, isCard);
  paintNodes(c, picture.nodes, view, p, k);
  paintHullNames(c, picture.hulls, view, p, k);
  paintChanges(c, picture.nodes, view, p, k);
}

/** Of a picture drawn once. */
export function prepared(picture: Picture, p: Palette, isCard = hitTest(picture).isCard): Prepared {
  return { styles: styled(picture.edges, p), failing: picture.edges.filter(isFailing), isCard };
}
