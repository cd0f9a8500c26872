import type { TopologyNode } from '@mosaic/wire';
import { describe, expect, it } from 'vitest';
import { answer, edge, node, sceneOptions } from '../testing/examples.ts';
import { manyAt } from '../testing/graph-at.ts';
import { foldOf, MOST_ELEMENTS } from './folding.ts';
import { Graph } from './graph.ts';
import { bridged, sceneOf } from './scene.ts';

const T = Date.parse('2026-11-20T03:00:00Z');
const plain = sceneOptions(T);

function graphOf(...of: Parameters<typeof answer>): Graph {
  const g = new Graph();
  g.replace(answer(...of));
  return g;
}

const [a, service, b, config] = [
  node('1:Deployment:shop:a'),
  node('1:Service:shop:b'),
  node('1:Deployment:shop:b'),
  node('1:ConfigMap:shop:settings'),
];
const edges = [edge('declared', a.id, service.id), edge('selects', service.id, b.id), edge('mounts', a.id, config.id)];

describe('what is drawn', () => {
  it('Services and config are left out until they are asked for, and edges lead through Services to what they select', () => {
    const scene = sceneOf(graphOf(T, [a, service, b, config], edges), plain);
    expect(scene.nodes.map((n) => n.id)).toEqual([a.id, b.id]);
    expect(scene.edges.map((e) => [e.from, e.to, e.edge.relation])).toEqual([[a.id, b.id, 'declared']]);
  });

  it('on demand they are cards of their own', () => {
    const scene = sceneOf(graphOf(T, [a, service, b, config], edges), {
      ...plain,
      showServices: true,
      showConfig: true,
    });
    expect(scene.nodes).toHaveLength(4);
    expect(scene.edges).toHaveLength(3);
  });

  it('a broken Service shows itself', () => {
    const broken = { ...service, health: 'broken' as const };
    expect(sceneOf(graphOf(T, [a, broken], [edge('declared', a.id, broken.id)]), plain).nodes).toHaveLength(2);
  });

  it('a Service that a thing names and is selected by itself makes no edge to itself', () => {
    expect(
      bridged([edge('declared', b.id, service.id), edge('selects', service.id, b.id)], (id) => id === b.id),
    ).toEqual([]);
  });

  it('an expression hides what does not match', () => {
    expect(sceneOf(graphOf(T, [a, b]), { ...plain, q: 'name=b' }).nodes.map((n) => n.id)).toEqual([b.id]);
  });

  it('what is outside stands in a hull that says so, apart from what only has no namespace', () => {
    const titles = (...nodes: TopologyNode[]) =>
      [...sceneOf(graphOf(T, nodes), { ...plain, showConfig: true }).groups.values()].map(({ title }) => title);
    const outside = [node('1:External::smtp.example'), node('1:Unknown::unknown')];
    expect(titles(a, ...outside)).toEqual(['shop · c1', 'outside · c1']);
    expect(titles(...outside, node('1:PersistentVolume::disk-1'))).toEqual(['c1']);
  });

  it('pods stand in the frame of their workload, and edges lead from frame to frame', () => {
    const pods = ['a', 'b'].map((w) => node(`1:Pod:shop:${w}-1`, { parent: `1:Deployment:shop:${w}` }));
    const all = [a, b, service, ...pods];
    const lines = [
      edge('declared', '1:Pod:shop:a-1', service.id),
      edge('selects', service.id, '1:Pod:shop:b-1'),
      edge('owns', a.id, '1:Pod:shop:a-1'),
    ];
    const scene = sceneOf(graphOf(T, all, lines), { ...plain, level: 'pod' });
    expect(scene.frames.map((f) => f.id).sort()).toEqual([a.id, b.id]);
    expect(scene.nodes.map((n) => [n.id, n.block])).toEqual([
      ['1:Pod:shop:a-1', a.id],
      ['1:Pod:shop:b-1', b.id],
    ]);
    expect(scene.edges.map((e) => [e.from, e.to])).toEqual([[a.id, b.id]]);
  });
});

describe('too much at once', () => {
  const many = new Graph();
  many.replace(manyAt(T, 2000));
  const scene = sceneOf(many, plain);

  it('is folded to one card per namespace', () => {
    expect(scene.isFolded).toBe(true);
    expect(scene.nodes.length).toBeLessThanOrEqual(MOST_ELEMENTS);
    expect(scene.elements).toBe(2000);
  });

  it('what is broken or degraded always keeps its own card', () => {
    const bad = [...many.nodes.values()]
      .filter((n) => n.health === 'broken' || n.health === 'degraded')
      .map((n) => n.id);
    const drawn = new Set(scene.nodes.map((n) => n.id));
    expect(bad.length).toBeGreaterThan(10);
    expect(bad.filter((id) => !drawn.has(id))).toEqual([]);
  });

  it('nothing is lost: folded cards count what they stand for', () => {
    expect(scene.nodes.reduce((sum, n) => sum + (n.folded || 1), 0)).toBe(2000);
  });

  it('a namespace opened by hand is drawn whole, the others stay folded', () => {
    const opened = sceneOf(many, { ...plain, open: ['1:team-0'] });
    expect(opened.nodes.filter((n) => n.group === '1:team-0')).toHaveLength(60);
    expect(opened.nodes.length).toBeLessThan(1000);
  });
});

describe('too much at once, grouped otherwise', () => {
  it('things without the label are one card that says so, and what is broken among them stands beside it', () => {
    const all = Array.from({ length: 700 }, (_, i) => node(`1:Deployment:shop:w${i}`));
    const [first, ...rest] = all;
    const broken = { ...(first as (typeof all)[number]), health: 'broken' as const };
    const scene = sceneOf(graphOf(T, [broken, ...rest]), { ...plain, by: 'app' });
    expect(scene.nodes.map((n) => [n.title, n.folded])).toEqual([
      ['w0', 0],
      ['without app', 699],
    ]);
    expect(foldOf(scene.nodes[1]?.id ?? '')).toBe('1:');
  });

  it('machines of thousands of pods are one card each, a broken pod keeps its own in its frame, and a machine opens alone', () => {
    const machines = [0, 1, 2].map((m) => node(`1:Node::m${m}`));
    const pods = Array.from({ length: 600 }, (_, i) => node(`1:Pod:shop:p${i}`, { parent: `1:Node::m${i % 3}` }));
    const bad = node('1:Pod:shop:bad', { parent: '1:Node::m0', health: 'broken' });
    const graph = graphOf(T, [...machines, ...pods, bad]);
    const scene = sceneOf(graph, { ...plain, level: 'node' });
    expect(scene.nodes.map((n) => [n.title, n.folded, n.block])).toEqual([
      ['bad', 0, '1:Node::m0'],
      ['m0', 200, undefined],
      ['m1', 200, undefined],
      ['m2', 200, undefined],
    ]);
    const opened = sceneOf(graph, { ...plain, level: 'node', open: ['1:Node::m1'] });
    expect(opened.nodes.filter((n) => n.block === '1:Node::m1')).toHaveLength(200);
    expect(opened.nodes).toHaveLength(203);
  });
});
