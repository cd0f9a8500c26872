// Which of a million rows are on the screen, and where: rows are of one height but for an opened one with its details below it.

export const ROW = 20;
/** Browsers end an element's height somewhere above sixteen million pixels; beyond this a pixel of the scroll bar stands for more. */
const MOST_PX = 8_000_000;
/** Rows drawn beyond each edge, so that a quick wheel meets no empty paper. */
const SPARE = 12;

export interface Paper {
  readonly count: number;
  /** The opened row and the height of its details. */
  readonly opened?: { readonly index: number; readonly height: number } | undefined;
  readonly scrollTop: number;
  readonly height: number;
}
export interface Rows {
  readonly from: number;
  /** Not inside. */
  readonly to: number;
  /** At least as many as there are rows, and the same while scrolling: a row is drawn in the slot of its number, modulo this. */
  readonly slots: number;
  /** Height of the paper as the browser is told. */
  readonly total: number;
  /** Top of a row on that paper, for rows on the screen. */
  readonly top: (index: number) => number;
}

const fullHeight = ({ count, opened }: Pick<Paper, 'count' | 'opened'>): number => count * ROW + (opened?.height ?? 0);

const paperTop = (index: number, opened: Paper['opened']): number =>
  index * ROW + (opened !== undefined && index > opened.index ? opened.height : 0);

/** Pixels of paper for one pixel of scrolling. */
function scaleOf(paper: Omit<Paper, 'scrollTop'>): number {
  const full = fullHeight(paper);
  return full <= MOST_PX ? 1 : (full - paper.height) / (MOST_PX - paper.height);
}

export function rowsOf(paper: Paper): Rows {
  const { count, opened, scrollTop, height } = paper;
  const start = scrollTop * scaleOf(paper);
  const before = opened !== undefined && start > paperTop(opened.index + 1, opened) ? opened.height : 0;
  // always so many, wherever the screen begins: then a row that leaves at one edge can be the one that comes at the other
  const many = Math.ceil(height / ROW) + 1 + 2 * SPARE;
  const above = Math.floor((start - before) / ROW) - SPARE;
  const from = Math.max(0, Math.min(count, above));
  const to = Math.min(count, Math.max(above, 0) + many);
  const first =
    opened !== undefined && from > opened.index - SPARE && from <= opened.index + SPARE ? opened.index : from;
  const begin = Math.min(from, first);
  return {
    from: begin,
    to,
    slots: Math.max(many, to - begin),
    total: Math.min(MOST_PX, fullHeight(paper)),
    top: (index) => paperTop(index, opened) - start + scrollTop,
  };
}

/** Where to scroll so that a row is on the screen, moving as little as may be; `centre` puts it in the middle, `whole` shows its details too. */
export function scrollFor(index: number, paper: Paper, where: 'near' | 'centre' | 'whole' = 'near'): number {
  const scale = scaleOf(paper);
  const top = paperTop(index, paper.opened);
  const start = paper.scrollTop * scale;
  if (where === 'centre') return Math.max(0, (top - paper.height / 2) / scale);
  const tall = ROW + (paper.opened?.index === index ? paper.opened.height : 0);
  if (where === 'whole') return Math.min(top, top + tall - paper.height) / scale;
  if (top < start) return top / scale;
  if (top + ROW > start + paper.height) return (top + ROW - paper.height) / scale;
  return paper.scrollTop;
}

/** Where to scroll when `added` rows came in front, so that nothing moves before the eye. */
export const scrollAfter = (added: number, paper: Paper): number =>
  paper.scrollTop + (added * ROW) / scaleOf({ ...paper, count: paper.count + added });
