// Where things stand on the map, apart from the rest: the page runs it in a web worker, so nothing of node, of the DOM or of kat.

export { layout } from './layout.ts';
export type { Area, Box, Layout, LayoutInput, Link, Point } from './types.ts';
