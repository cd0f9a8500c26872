// What the layout is told and what it answers. Plain values: they cross to the worker and back.

export interface Box {
  readonly id: string;
  readonly group: string;
  readonly block: string | undefined;
  readonly w: number;
  readonly h: number;
}
export interface Link {
  readonly from: string;
  readonly to: string;
}
export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Area extends Point {
  readonly w: number;
  readonly h: number;
}
export interface LayoutInput {
  readonly boxes: readonly Box[];
  readonly links: readonly Link[];
  /** Group → the larger unit it is packed in (its cluster). */
  readonly units: Readonly<Record<string, string>>;
  /** Width / height wished for. */
  readonly aspect: number;
  readonly previous: Layout | undefined;
}
export interface Layout {
  /** Centres. */
  readonly places: Readonly<Record<string, Point>>;
  /** Top left corners and sizes. */
  readonly hulls: Readonly<Record<string, Area>>;
  readonly blocks: Readonly<Record<string, Area>>;
}

export const GAP_X = 66;
export const GAP_Y = 26;
export const HULL_PAD = 22;
export const HULL_HEAD = 42;
export const HULL_GAP = 40;
export const UNIT_GAP = 64;
