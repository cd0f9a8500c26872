// Text that fits: cut with an ellipsis, measured once per font and text.

const KEEP = 40_000;
const fitted = new Map<string, string>();

/** The text, or as much of it as `width` holds. The context must already carry the font; `font` is its short name for the cache. */
export function fit(c: CanvasRenderingContext2D, font: string, text: string, width: number): string {
  const key = `${font}${Math.round(width)}${text}`;
  const known = fitted.get(key);
  if (known !== undefined) return known;
  if (fitted.size > KEEP) fitted.clear();
  const said = cut(c, text.length > 120 ? text.slice(0, 120) : text, width);
  fitted.set(key, said);
  return said;
}

function cut(c: CanvasRenderingContext2D, text: string, width: number): string {
  if (c.measureText(text).width <= width) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (c.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low).trimEnd()}…`;
}

/** As `fit`, but the end is kept: of a pod's name what tells it from the others. */
export function fitEnds(c: CanvasRenderingContext2D, font: string, text: string, width: number): string {
  const key = `e${font}${Math.round(width)}${text}`;
  const known = fitted.get(key);
  if (known !== undefined) return known;
  const end = text.slice(-KEPT_END);
  const room = width - c.measureText(`…${end}`).width;
  const isShort = c.measureText(text).width <= width || room <= 0;
  const said = isShort
    ? cut(c, text, width)
    : `${cut(c, text.slice(0, -KEPT_END), room + c.measureText('…').width).replace(/…$/, '')}…${end}`;
  fitted.set(key, said);
  return said;
}
const KEPT_END = 5;

/** The text on two lines when it can be parted at a `-`, `.` or space so that both fit; one line, cut if need be, otherwise. */
export function fitTwo(
  c: CanvasRenderingContext2D,
  font: string,
  text: string,
  width: number,
): readonly [string] | readonly [string, string] {
  const one = fit(c, font, text, width);
  if (one === text) return [one];
  const key = `2${font}${Math.round(width)}${text}`;
  const known = fitted.get(key);
  if (known !== undefined)
    return known === '' ? [one] : [known, fit(c, font, text.slice(known.length).trimStart(), width)];
  const cutAt = [...text.matchAll(/[-. ]/g)]
    .map((m) => m.index + 1)
    .findLast((at) => c.measureText(text.slice(0, at)).width <= width);
  const first = cutAt === undefined || cutAt >= text.length ? '' : text.slice(0, cutAt);
  fitted.set(key, first);
  return first === '' ? [one] : [first, fit(c, font, text.slice(first.length), width)];
}

/** Fonts may have arrived later than the first picture. */
export const forgetText = (): void => fitted.clear();
