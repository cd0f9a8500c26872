import type { TopologyAnswer, TopologyDiffAnswer, TopologyNode } from '@mosaic/wire';
import { expect, it } from 'vitest';
import { AHEAD_MS, instantsAround, Nearby } from './nearby.ts';

const MINUTE = 60_000;
const T0 = Date.parse('2026-11-21T03:00:00Z');
const whole = { complete: true, gaps: [] };
const node = (name: string, health: TopologyNode['health'] = 'well'): TopologyNode => ({
  id: `1:Deployment:shop:${name}`,
  kind: 'Deployment',
  name,
  namespace: 'shop',
  cluster: 1,
  clusterName: 'eu-1',
  health,
  reasons: [],
  counts: { pods: 1, ready: 1, wanted: 1, restarts: 0 },
});
const graph = (...nodes: TopologyNode[]): TopologyAnswer => ({
  at: new Date(T0).toISOString(),
  level: 'workload',
  nodes,
  edges: [],
  coverage: whole,
});
const none = { added: [], removed: [], changed: [] };
const diff = (nodes: Partial<TopologyDiffAnswer['nodes']>): TopologyDiffAnswer => ({
  from: new Date(T0).toISOString(),
  to: new Date(T0 + MINUTE).toISOString(),
  level: 'workload',
  nodes: { ...none, ...nodes },
  edges: none,
  coverage: whole,
});
const said = (answer: TopologyAnswer | undefined) =>
  answer?.nodes.map(({ name, health }) => `${name} ${health}`).sort();

it('a moment later is the whole with what came, went and changed', () => {
  const near = new Nearby();
  near.hold('k', T0, graph(node('cart'), node('mailer')));
  expect(near.span('k', T0 + MINUTE)).toEqual({ from: T0, to: T0 + MINUTE });
  const changed = [{ before: node('cart'), after: node('cart', 'broken'), reasons: ['well → broken'] }];
  near.learn('k', T0 + MINUTE, diff({ added: [node('search')], removed: [node('mailer')], changed }));
  expect(said(near.at('k', T0 + MINUTE))).toEqual(['cart broken', 'search well']);
  expect(said(near.at('k', T0))).toEqual(['cart well', 'mailer well']);
});

it('a moment earlier is the same, backwards', () => {
  const near = new Nearby();
  near.hold('k', T0 + MINUTE, graph(node('cart', 'broken'), node('search')));
  const changed = [{ before: node('cart'), after: node('cart', 'broken'), reasons: ['well → broken'] }];
  near.learn('k', T0, diff({ added: [node('search')], removed: [node('mailer')], changed }));
  expect(said(near.at('k', T0))).toEqual(['cart well', 'mailer well']);
});

it('what is of another map, unknown or far away is asked for whole', () => {
  const near = new Nearby();
  near.hold('k', T0, graph(node('cart')));
  expect(near.at('other', T0)).toBeUndefined();
  expect(near.at('k', T0 + MINUTE)).toBeUndefined();
  expect(near.span('k', T0 + 120 * MINUTE)).toBeUndefined();
  near.learn('other', T0 + MINUTE, diff({}));
  expect(near.has('k', T0 + MINUTE)).toBe(false);
});

it('a whole near by keeps what is held, one far away begins anew', () => {
  const near = new Nearby();
  near.hold('k', T0, graph(node('cart')));
  near.learn('k', T0 + MINUTE, diff({}));
  near.hold('k', T0 + 5 * MINUTE, graph(node('cart')));
  expect(near.has('k', T0 + MINUTE)).toBe(true);
  near.hold('k', T0 + 60 * MINUTE, graph(node('cart')));
  expect(near.has('k', T0 + MINUTE)).toBe(false);
});

it('instants are read ahead from the nearest on, never what is not settled', () => {
  const all = instantsAround(T0, MINUTE, T0 + 3 * MINUTE);
  expect(all.slice(0, 5).map((at) => (at - T0) / MINUTE)).toEqual([0, -1, 1, -2, 2]);
  expect(Math.max(...all)).toBe(T0 + 3 * MINUTE);
  expect(Math.min(...all)).toBe(T0 - AHEAD_MS);
});

it('what did not change between two instants is the very same thing at both', () => {
  const near = new Nearby();
  const [cart, mailer] = [node('cart'), node('mailer')];
  near.hold('k', T0, graph(cart, mailer));
  const changed = [{ before: mailer, after: node('mailer', 'broken'), reasons: ['well → broken'] }];
  near.learn('k', T0 + MINUTE, diff({ changed }));
  near.learn('k', T0 + 2 * MINUTE, diff({}));
  expect(near.at('k', T0 + MINUTE)?.nodes[0]).toBe(cart);
  expect(near.at('k', T0 + MINUTE)?.nodes[1]?.health).toBe('broken');
  expect(near.at('k', T0 + 2 * MINUTE)?.nodes.map((one) => one === cart || one === mailer)).toEqual([true, true]);
});
