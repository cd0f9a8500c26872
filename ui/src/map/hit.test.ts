import { layout } from '@mosaic/topology/layout';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer, edge, node, sceneOptions } from '../testing/examples.ts';
import { cardSize, type Picture, pictureOf } from './draw/picture.ts';
import { Graph } from './graph.ts';
import { distanceTo, hitTest } from './hit.ts';
import { sceneOf } from './scene.ts';
import { walk } from './walk.ts';

const ids = ['front', 'cart', 'checkout', 'redis', 'alone'].map((n) => `1:Deployment:shop:${n}`);
const [front = '', cart = '', checkout = '', redis = ''] = ids;

function picture(): Picture {
  const g = new Graph();
  const links = [edge('declared', front, cart), edge('declared', front, checkout), edge('declared', cart, redis)];
  g.replace(
    answer(
      1000,
      ids.map((id) => node(id)),
      links,
    ),
  );
  const scene = sceneOf(g, sceneOptions(1000, 0));
  const boxes = scene.nodes.map((n) => ({ id: n.id, group: n.group, block: n.block, ...cardSize(n.kind, n.folded) }));
  const places = layout({
    boxes,
    links: scene.edges.map(({ from, to }) => ({ from, to })),
    units: { '1:shop': '1' },
    aspect: 1.6,
    previous: undefined,
  });
  return pictureOf(scene, places);
}

describe('what lies under the pointer', () => {
  const p = picture();
  const hits = hitTest(p);

  it('every card is found anywhere on it', () => {
    fc.assert(
      fc.property(
        fc.nat(p.nodes.length - 1),
        fc.double({ min: -0.49, max: 0.49, noNaN: true }),
        fc.double({ min: -0.49, max: 0.49, noNaN: true }),
        (i, u, v) => {
          const d = p.nodes[i];
          if (d === undefined) return;
          const hit = hits.at(d.x + d.w * u, d.y + d.h * v, 4);
          expect(hit?.type === 'node' && hit.drawn.node.id).toBe(d.node.id);
        },
      ),
    );
  });

  it('an edge is found near its curve and not far from it', () => {
    const e = p.edges[0];
    if (e === undefined) throw new Error('the picture has edges');
    expect(distanceTo(e, e.x1, e.y1)).toBeLessThan(1);
    const hit = hits.at((e.x1 + e.x2) / 2, (e.y1 + e.y2) / 2, 6);
    expect(hit?.type).toBe('edge');
  });

  it('no label stands on a frame, the room between its members included', () => {
    const [d] = p.nodes;
    if (d === undefined) throw new Error('the picture has cards');
    const frame = { ...d, x: d.x - 5000, w: 300, h: 200 };
    const { isCard } = hitTest({ ...p, frames: [frame] });
    expect([isCard(frame.x, frame.y), isCard(frame.x + 140, frame.y - 90), isCard(frame.x + 160, frame.y)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('the name of a namespace is found, empty paper is not', () => {
    const hull = p.hulls[0];
    expect(hits.at((hull?.x ?? 0) + 20, (hull?.y ?? 0) + 10, 4)?.type).toBe('hull');
    expect(hits.at(-9999, -9999, 4)).toBeUndefined();
  });
});

describe('arrow keys', () => {
  const p = picture();
  it('walk along edges before they walk to what is near', () => {
    expect(walk(p, cart, 'right')).toBe(redis);
    expect(walk(p, redis, 'left')).toBe(cart);
    expect([cart, checkout]).toContain(walk(p, front, 'right'));
  });
  it('begin somewhere, and stay where nothing is that way', () => {
    expect(p.byId.has(walk(p, undefined, 'up') ?? '')).toBe(true);
    expect(walk(p, front, 'left')).toBe(front);
  });
});
