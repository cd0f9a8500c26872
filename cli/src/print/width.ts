// How many columns of a terminal a text takes: wide characters two, marks on others none, escapes none (Unicode Standard Annex 11).

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes that terminals know
const COLOURS = /\u001b\[[0-9;]*m/g;
const EMOJI = /\p{Emoji_Presentation}|\ufe0f/u;
/** Ranges of East Asian Width W and F, the assigned blocks of them. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]/u;
const UNSEEN = /^[\p{M}\p{Cf}]+$/u;
const IS_ASCII = /^[\u0020-\u007e]*$/;

export function widthOf(text: string): number {
  const seen = text.replaceAll(COLOURS, '');
  if (IS_ASCII.test(seen)) return seen.length;
  let width = 0;
  for (const { segment } of graphemes.segment(seen)) width += widthOfOne(segment);
  return width;
}

const widthOfOne = (segment: string): number =>
  UNSEEN.test(segment) ? 0 : EMOJI.test(segment) || WIDE.test(segment) ? 2 : 1;

/** At most `most` columns of a text without escapes, with an ellipsis where something was left out. */
export function cut(text: string, most: number): string {
  if (widthOf(text) <= most) return text;
  let [kept, width] = ['', 0];
  for (const { segment } of graphemes.segment(text)) {
    width += widthOfOne(segment);
    if (width > most - 1) return `${kept}…`;
    kept += segment;
  }
  return kept;
}
