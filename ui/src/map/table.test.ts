import { expect, it } from 'vitest';
import { answer, node, sceneOptions } from '../testing/examples.ts';
import { Graph } from './graph.ts';
import { headline } from './headline.ts';
import { outline, spoken } from './outline.ts';
import { sceneOf } from './scene.ts';
import { sorted } from './table.ts';

const g = new Graph();
g.replace(
  answer(1000, [
    node('1:Deployment:shop:cart', { version: '1.9.0' }),
    node('1:Deployment:shop:checkout', { health: 'broken', version: '1.10.0', reasons: ['0 of 3 ready'] }),
    node('1:Deployment:ci:runner', { health: 'degraded' }),
  ]),
);
const scene = sceneOf(g, sceneOptions(1000, 0));
const names = (by: Parameters<typeof sorted>[1]['by'], descending = false) =>
  sorted(scene.nodes, { by, descending }).map((n) => n.title);

it('the worst is on top of the table', () => expect(names('health')).toEqual(['checkout', 'runner', 'cart']));
it('versions are sorted as numbers are', () => expect(names('version', true)).toEqual(['checkout', 'cart', 'runner']));

it('the outline has the namespace with the most trouble on top and the worst thing first', () => {
  const branches = outline(scene);
  expect(branches.map((b) => b.title)).toEqual(['ci · c1', 'shop · c1']);
  expect(branches[1]?.nodes.map((n) => n.title)).toEqual(['checkout', 'cart']);
});

it('what is read out says health and reason in words', () => {
  const checkout = scene.nodes.find((n) => n.title === 'checkout');
  expect(checkout === undefined ? '' : spoken(checkout)).toBe('Deployment, broken, 1 of 1 ready, 0 of 3 ready');
});

it('the page opens on what is broken now, else on what was broken longest, and never on a failed Job first', () => {
  const at = (h: number) => new Date(h * 3_600_000).toISOString();
  const incident = (n: string, from: number, to: number | undefined) => ({
    from: at(from),
    ...(to === undefined ? {} : { to: at(to) }),
    title: n,
    node: n,
    health: 'broken' as const,
  });
  const [job, short, long, open] = [
    incident('1:Job:ci:build', 1, 9),
    incident('1:Deployment:a:short', 5, 6),
    incident('1:Deployment:a:long', 1, 4),
    incident('1:Deployment:a:open', 9, undefined),
  ];
  expect(headline([job, short, long], 36e6)).toBe(long);
  expect(headline([long, open], 36e6)).toBe(open);
  expect(headline([], 0)).toBeUndefined();
});
