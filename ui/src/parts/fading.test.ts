import { expect, it } from 'vitest';
import { hiddenSides } from './fading.ts';

it.each([
  ['all of it is seen', 0, 300, 300, undefined],
  ['there is more to come', 0, 500, 300, 'end'],
  ['scrolled to the end', 200, 500, 300, 'start'],
  ['in the middle', 100, 500, 300, 'both'],
  ['half a pixel is nothing', 0, 301, 300, undefined],
] as const)('%s', (_, scrollLeft, scrollWidth, clientWidth, sides) => {
  expect(hiddenSides({ scrollLeft, scrollWidth, clientWidth })).toBe(sides);
});
