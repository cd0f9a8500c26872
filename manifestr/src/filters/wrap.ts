// Python's textwrap.wrap, as the `wordwrap` filter calls it: tabs and white space kept.

import { codePointLength, codePoints } from '../python/code-points.ts';

export interface WrapRules {
  readonly width: number;
  readonly breakLongWords: boolean;
  readonly breakOnHyphens: boolean;
}

const SPLIT_HYPHENS =
  /([\t\n\v\f\r ]+|(?<=[\p{L}\p{N}_!"'&.,?])-{2,}(?=[\p{L}\p{N}_])|[^\t\n\v\f\r ](?:(?:-(?:(?<=[^\d\P{L}]{2}-)|(?<=[^\d\P{L}]-[^\d\P{L}]-))(?=[^\d\P{L}]-?[^\d\P{L}]))|(?=[\t\n\v\f\r ]|$)|(?<=[\p{L}\p{N}_!"'&.,?])(?=-{2,}[\p{L}\p{N}_])|[^\t\n\v\f\r ])*?(?:-(?:(?<=[\p{L}]{2}-)|(?<=[\p{L}]-[\p{L}]-))(?=[\p{L}]-?[\p{L}])|(?=[\t\n\v\f\r ]|$)|(?<=[\p{L}\p{N}_!"'&.,?])(?=-{2,}[\p{L}\p{N}_])))/u;
const SPLIT_BLANKS = /([\t\n\v\f\r ]+)/;

export function wrap(line: string, rules: WrapRules): string[] {
  const chunks = line.split(rules.breakOnHyphens ? SPLIT_HYPHENS : SPLIT_BLANKS).filter((chunk) => chunk !== '');
  chunks.reverse();
  const lines: string[] = [];
  while (chunks.length > 0) {
    const current = nextLine(chunks, rules, lines.length > 0);
    if (current.length > 0) lines.push(current.join(''));
  }
  return lines;
}

/** Takes chunks off the end of the (reversed) list. */
function nextLine(
  chunks: string[],
  { width, breakLongWords, breakOnHyphens }: WrapRules,
  dropBlank: boolean,
): string[] {
  const current: string[] = [];
  let used = 0;
  if (dropBlank && isBlank(chunks.at(-1))) chunks.pop();
  for (
    let chunk = chunks.at(-1);
    chunk !== undefined && used + codePointLength(chunk) <= width;
    chunk = chunks.at(-1)
  ) {
    chunks.pop();
    current.push(chunk);
    used += codePointLength(chunk);
  }
  const long = chunks.at(-1);
  if (long !== undefined && codePointLength(long) > width) {
    const room = width < 1 ? 1 : width - used;
    if (breakLongWords) {
      const hyphen = breakOnHyphens && codePointLength(long) > room ? long.lastIndexOf('-', room - 1) : -1;
      const end = hyphen > 0 && /[^-]/.test(long.slice(0, hyphen)) ? hyphen + 1 : room;
      const points = codePoints(long);
      current.push(points.slice(0, end).join(''));
      chunks[chunks.length - 1] = points.slice(end).join('');
    } else if (current.length === 0) {
      current.push(long);
      chunks.pop();
    }
  }
  if (isBlank(current.at(-1))) current.pop();
  return current;
}

function isBlank(chunk: string | undefined): boolean {
  return chunk !== undefined && chunk.trim() === '';
}
