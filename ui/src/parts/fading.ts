// Marks a row that scrolls sideways: `data-more` says on which sides something is hidden, and app.css fades it there.

const ROUNDING_PX = 2;

type Row = Pick<HTMLElement, 'scrollLeft' | 'scrollWidth' | 'clientWidth'>;

/** `start`, `end`, `both`, or nothing when all of it is seen. */
export function hiddenSides({ scrollLeft, scrollWidth, clientWidth }: Row): 'start' | 'end' | 'both' | undefined {
  const isStart = scrollLeft > ROUNDING_PX;
  const isEnd = scrollLeft + clientWidth < scrollWidth - ROUNDING_PX;
  if (isStart && isEnd) return 'both';
  return isStart ? 'start' : isEnd ? 'end' : undefined;
}

/** For `{@attach fading}`. */
export function fading(row: HTMLElement): () => void {
  const mark = (): void => {
    const sides = hiddenSides(row);
    if (sides === undefined) delete row.dataset.more;
    else row.dataset.more = sides;
  };
  // with the frame that shows it: measured at once, the whole page would be laid out for it alone
  let frame = 0;
  const markSoon = (): void => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(mark);
  };
  const sizes = globalThis.ResizeObserver === undefined ? undefined : new ResizeObserver(mark);
  const members = new MutationObserver(markSoon);
  row.addEventListener('scroll', mark, { passive: true });
  sizes?.observe(row);
  members.observe(row, { childList: true, subtree: true, characterData: true });
  markSoon();
  return () => {
    cancelAnimationFrame(frame);
    row.removeEventListener('scroll', mark);
    sizes?.disconnect();
    members.disconnect();
  };
}
