// Where a line stands: its chunk, its place in it; and its place among all lines. Opaque outside.

/** Order of lines: instant, nanoseconds, stream, chunk, place. */
export interface LinePlace {
  readonly at: number;
  readonly nanos: number;
  readonly stream: number;
  readonly t0: number;
  readonly chunk: string;
  readonly i: number;
}

export const comparePlaces = (a: LinePlace, b: LinePlace): number =>
  a.at - b.at ||
  a.nanos - b.nanos ||
  a.stream - b.stream ||
  (a.chunk < b.chunk ? -1 : a.chunk > b.chunk ? 1 : 0) ||
  a.i - b.i;

export const lineIdOf = ({ t0, chunk, i }: Pick<LinePlace, 't0' | 'chunk' | 'i'>): string =>
  `${t0.toString(36)}.${chunk}.${i}`;

/** Throws RangeError for what is no id of ours. */
export function placeOfLine(id: string): Pick<LinePlace, 't0' | 'chunk' | 'i'> {
  const match = /^([0-9a-z]{1,11})\.([0-9a-f]{1,16}-\d{1,16})\.(\d{1,7})$/.exec(id);
  if (match === null) throw new RangeError('not the id of a line');
  const [, t0 = '', chunk = '', i = ''] = match;
  return { t0: Number.parseInt(t0, 36), chunk, i: Number(i) };
}

export const cursorOf = ({ at, nanos, stream, t0, chunk, i }: LinePlace): string =>
  [at, nanos, stream, t0, chunk, i].join('_');

/** Throws RangeError for what is no cursor of ours. */
export function placeOfCursor(cursor: string): LinePlace {
  const match = /^(-?\d{1,16})_(-?\d{1,7})_(-?\d{1,16})_(-?\d{1,16})_([0-9a-f]{0,16}(?:-\d{1,16})?)_(-?\d{1,7})$/.exec(
    cursor,
  );
  if (match === null) throw new RangeError('not a cursor of a search in logs');
  const [, at, nanos, stream, t0, chunk = '', i] = match;
  return { at: Number(at), nanos: Number(nanos), stream: Number(stream), t0: Number(t0), chunk, i: Number(i) };
}
