// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { answer, node, sceneOptions } from '../testing/examples.ts';
import { CanvasMap } from './canvas-map.ts';
import { EMPTY, type Picture } from './draw/picture.ts';
import { Graph } from './graph.ts';
import { sceneOf } from './scene.ts';

const SIZE = { w: 1000, h: 600 };
const FAR_RIGHT = '1:Deployment:shop:far-right';

/** Cards in a row, 400 apart. */
function row(...names: string[]): Picture {
  const graph = new Graph();
  graph.replace(
    answer(
      1000,
      names.map((name) => node(`1:Deployment:shop:${name}`)),
    ),
  );
  const nodes = sceneOf(graph, sceneOptions(1000, 0)).nodes.map((one, i) => ({
    node: one,
    x: i * 400,
    y: 0,
    w: 148,
    h: 52,
  }));
  return {
    ...EMPTY,
    nodes,
    byId: new Map(nodes.map((d) => [d.node.id, d])),
    box: { x: -100, y: -50, w: 2000, h: 100 },
  };
}

let map: CanvasMap;
/** Where a card is on the screen, from the left. */
const across = (id: string): number => {
  const drawn = map.picture.byId.get(id);
  if (drawn === undefined) throw new Error(`${id} is not drawn`);
  return map.transform.applyX(drawn.x);
};

beforeEach(() => {
  // jsdom draws nothing; where things are is told by the transform
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  const host = document.createElement('div');
  document.body.append(host);
  const told = { hover: () => undefined, click: () => undefined, zoomed: () => undefined, drawn: () => undefined };
  map = new CanvasMap(host, document.createElement('canvas'), document.createElement('canvas'), told);
  map.resize(SIZE.w, SIZE.h, 1);
});
afterEach(() => {
  map.stop();
  vi.restoreAllMocks();
});

it('a card that is drawn only after it was looked for comes into view once it is drawn', () => {
  map.show(row('a', 'b', 'c'));
  map.zoomBy(2.5);
  map.centre(0, 0);
  map.reveal(FAR_RIGHT);
  map.show(row('a', 'b', 'c', 'd', 'far-right'));
  expect(across(FAR_RIGHT)).toBeCloseTo(SIZE.w / 2);
});

it('a card that was brought into view stays in view when the panel takes its place', () => {
  map.show(row('a', 'b', 'c', 'd', 'far-right'));
  map.zoomBy(2.5);
  map.centre(1300, 0);
  map.choose(FAR_RIGHT);
  map.reveal(FAR_RIGHT);
  const panel = 560;
  map.resize(SIZE.w - panel, SIZE.h, 1);
  expect(across(FAR_RIGHT)).toBeLessThan(SIZE.w - panel);
  expect(across(FAR_RIGHT)).toBeGreaterThan(0);
});

it('a hand that moved the paper is not overruled when the map gets another size', () => {
  map.show(row('a', 'b', 'c', 'd', 'far-right'));
  map.reveal(FAR_RIGHT);
  map.zoomBy(2);
  map.centre(0, 0);
  map.resize(SIZE.w + 200, SIZE.h, 1);
  expect(across('1:Deployment:shop:a')).toBeCloseTo((SIZE.w + 200) / 2);
});
