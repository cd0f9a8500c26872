import { expect, it } from 'vitest';
import { answer, edge, node, sceneOptions } from '../testing/examples.ts';
import { comparedOf, telling } from './compared.ts';
import { Graph } from './graph.ts';
import { type Scene, sceneOf } from './scene.ts';

const T = Date.parse('2026-11-20T03:00:00Z');
const [cart, old] = [node('1:Deployment:shop:cart'), node('1:Deployment:shop:old')];
const young = { ...node('1:Deployment:shop:young'), createdAt: '2026-11-20T04:10:00.000Z' };
const unknown = { ...node('1:Unknown::unknown'), kind: 'Unknown' };
const [went, came] = [edge('connects', cart.id, old.id), edge('connects', cart.id, young.id)];
const nobody = edge('connects', cart.id, unknown.id);
const after = { ...cart, version: '2' };
const diff = {
  from: new Date(T).toISOString(),
  to: new Date(T + 7_200_000).toISOString(),
  level: 'workload' as const,
  nodes: {
    added: [young, unknown],
    removed: [old],
    changed: [
      { before: cart, after, reasons: ['image'] },
      { before: unknown, after: unknown, reasons: ['rate'] },
    ],
  },
  edges: { added: [came, nobody], removed: [went], changed: [] },
  coverage: { complete: true, gaps: [] },
};

const plain = sceneOptions(T);

function drawn(which: 'earlier' | 'later'): Scene {
  const g = new Graph();
  g.replace(which === 'earlier' ? answer(T, [cart, old], [went]) : answer(T, [after, young], [came]));
  return sceneOf(g, { ...plain, compared: comparedOf(telling(diff), which) });
}
const said = (scene: Scene) =>
  scene.nodes
    .map((n) => [n.title, n.change, n.ghost ? n.sub : 'living'])
    .sort(([a = ''], [b = '']) => (a > b ? 1 : -1));

it('the earlier moment is drawn: what came later stands on the same picture, not yet there', () => {
  expect(said(drawn('earlier'))).toEqual([
    ['cart', 'changed', 'living'],
    ['old', 'removed', 'living'],
    ['young', 'added', 'comes 04:10'],
  ]);
});

it('the later moment is drawn: what went is a ghost on it', () => {
  expect(said(drawn('later'))).toEqual([
    ['cart', 'changed', 'living'],
    ['old', 'removed', 'gone'],
    ['young', 'added', 'living'],
  ]);
});

it('both moments have the same edges, each marked as come or gone', () => {
  for (const which of ['earlier', 'later'] as const) {
    const { edges } = drawn(which);
    expect(edges.map(({ to, change }) => [to, change]).sort()).toEqual([
      [old.id, 'removed'],
      [young.id, 'added'],
    ]);
  }
});

it('ghosts of a comparison are drawn also when the gone are hidden', () => {
  const g = new Graph();
  g.replace(answer(T, [after, young]));
  const scene = sceneOf(g, { ...plain, showGone: false, compared: comparedOf(diff, 'later') });
  expect(scene.nodes.map(({ title }) => title)).toContain('old');
});

it('an address nobody is named for is no difference', () => {
  const { nodes, edges } = telling(diff);
  expect(nodes.added).toEqual([young]);
  expect(nodes.changed).toHaveLength(1);
  expect(edges.added).toEqual([came]);
});

it('an expression finds among what is not yet there too', () => {
  const g = new Graph();
  g.replace(answer(T, [cart, old]));
  const scene = sceneOf(g, { ...plain, q: 'young', compared: comparedOf(diff, 'earlier') });
  expect(scene.nodes.map(({ title }) => title)).toEqual(['young']);
});
