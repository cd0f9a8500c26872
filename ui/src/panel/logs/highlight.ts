// What was searched for, marked in a line. The server searched already, in linear time; here no expression may hang the page.

export interface Piece {
  readonly text: string;
  readonly isHit: boolean;
}
export type Find = (text: string) => readonly Piece[];

const MOST_CHARS = 2000;
/** A JavaScript expression with one open-ended repetition is quadratic at worst, with two cubic: the latter gets less to read. */
const READS = [MOST_CHARS, 1000, 250] as const;
const MOST_HITS = 50;

const plain: Find = (text) => [{ text, isHit: false }];

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** How much of a line this expression may read; nothing when a repetition is repeated or there are many. */
function readable(source: string): number | undefined {
  const bare = source.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  if (/\)[*+{]/.test(bare)) return undefined;
  return READS[bare.match(/[*+]|\{\d+,\d*\}/g)?.length ?? 0];
}

function expressionOf(q: string): { readonly regex: RegExp; readonly chars: number } | undefined {
  const [, flags = '', source = ''] = /^(?:\(\?([is]+)\))?(.*)$/s.exec(q) ?? [];
  const chars = readable(source);
  if (chars === undefined) return undefined;
  try {
    return { regex: new RegExp(source, `g${flags}`), chars };
  } catch {
    return undefined; // RE2 knows forms that JavaScript does not: found all the same, only not marked
  }
}

/** Whether hits can be marked at all: the server knows forms, and affords some, that the page does not. */
export const canMark = (q: string, isRegex: boolean): boolean =>
  !isRegex || q.trim() === '' || expressionOf(q.trim()) !== undefined;

/** Cuts texts into pieces that were searched for and pieces between. */
export function finder(q: string, isRegex: boolean): Find {
  const wanted = q.trim();
  if (wanted === '') return plain;
  const how = isRegex ? expressionOf(wanted) : { regex: new RegExp(escaped(wanted), 'gi'), chars: MOST_CHARS };
  return how === undefined ? plain : (text) => cut(text, how.regex, how.chars);
}

function cut(text: string, regex: RegExp, chars: number): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  let hits = 0;
  for (const match of text.slice(0, chars).matchAll(regex)) {
    if (match[0] === '' || ++hits > MOST_HITS) continue;
    if (match.index > done) pieces.push({ text: text.slice(done, match.index), isHit: false });
    pieces.push({ text: match[0], isHit: true });
    done = match.index + match[0].length;
  }
  if (done < text.length) pieces.push({ text: text.slice(done), isHit: false });
  return pieces;
}
