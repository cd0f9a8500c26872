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

/** Fonts may have arrived later than the first picture. */
export const forgetText = (): void => fitted.clear();
