// How values of a kind merge: which lists are keyed, which are sets, what counts as one piece.
export interface Shape {
  /** Fields of known name. */
  readonly fields?: Readonly<Record<string, Shape>>;
  /** A list whose items are told apart by these fields (server-side apply); `patchKey` alone in a strategic merge patch. */
  readonly keys?: readonly string[];
  readonly patchKey?: string;
  readonly keyDefaults?: Readonly<Record<string, string>>;
  /** What each item of a keyed list is, or each value of a map. */
  readonly of?: Shape;
  /** A list of scalars that merges as a set. */
  readonly isSet?: true;
  /** A map or list that one manager owns as a whole in server-side apply. */
  readonly isAtomic?: true;
}

export const fields = (of: Readonly<Record<string, Shape>>): Shape => ({ fields: of });
export const SET: Shape = { isSet: true };
export const ATOMIC: Shape = { isAtomic: true };
export const ANY: Shape = {};

/** `keyed(['containerPort', 'protocol'], …)`: the first key is the one strategic merge patches use. */
export const keyed = (
  keys: readonly string[],
  of: Shape = ANY,
  keyDefaults: Readonly<Record<string, string>> = {},
): Shape => ({
  keys,
  ...(keys[0] === undefined ? {} : { patchKey: keys[0] }),
  keyDefaults,
  of,
});

/** What a field of a map is; a keyed list has items, not fields. */
export const below = (shape: Shape, field: string): Shape =>
  shape.fields?.[field] ?? (isList(shape) ? ANY : (shape.of ?? ANY));
const isList = ({ keys, patchKey }: Shape): boolean => keys !== undefined || patchKey !== undefined;
export const itemShape = (shape: Shape): Shape => shape.of ?? ANY;
