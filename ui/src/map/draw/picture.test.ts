import { layout } from '@mosaic/topology/layout';
import { expect, it } from 'vitest';
import { answer, node, sceneOptions } from '../../testing/examples.ts';
import { Graph } from '../graph.ts';
import { sceneOf } from '../scene.ts';
import { cardSize, pictureOf } from './picture.ts';

const T = Date.parse('2026-11-20T03:00:00Z');
const options = sceneOptions(T);

const pictureFrom = (graph: Graph, open: readonly string[] = []) => {
  const scene = sceneOf(graph, { ...options, open });
  const boxes = scene.nodes.map((n) => ({ id: n.id, group: n.group, block: n.block, ...cardSize(n.kind, n.folded) }));
  return pictureOf(scene, layout({ boxes, links: [], units: {}, aspect: 2, previous: undefined }));
};

it('a folded namespace is one large card without a hull that says its name again, and has its hull back once it is opened', () => {
  const graph = new Graph();
  graph.replace(
    answer(
      T,
      Array.from({ length: 600 }, (_, i) => node(`1:Deployment:team-${i % 4}:w${i}`)),
    ),
  );
  const folded = pictureFrom(graph);
  expect(folded.hulls.map(({ isBare }) => isBare)).toEqual([true, true, true, true]);
  const size = cardSize('Namespace', 1);
  for (const { w, h } of folded.nodes) expect([w > size.w, h > size.h]).toEqual([true, true]);
  for (const [i, a] of folded.nodes.entries())
    for (const b of folded.nodes.slice(i + 1))
      expect(Math.abs(a.x - b.x) >= (a.w + b.w) / 2 || Math.abs(a.y - b.y) >= (a.h + b.h) / 2).toBe(true);
  const opened = pictureFrom(graph, ['1:team-0']);
  expect(opened.hulls.filter(({ isBare }) => !isBare).map(({ id }) => id)).toEqual(['1:team-0']);
});
