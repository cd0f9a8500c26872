import { describe, expect, it } from 'vitest';
import { node } from '../testing/examples.ts';
import { groupingLabels } from './grouping.ts';
import { groupKey } from './scene.ts';

const things = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, i) =>
  node(`1:Deployment:shop:${name}`, { labels: { app: name, team: i < 3 ? 'money' : 'web', managed: 'argo' } }),
);

describe('grouping', () => {
  it('offers labels that part things into groups, not those that name each or all', () =>
    expect(groupingLabels(things)).toEqual(['team']));
  it('a thing stands with those of its label, without one with its cluster', () => {
    const labelled = node('1:Deployment:shop:a', { labels: { team: 'money' } });
    expect(groupKey(labelled, 'workload', 'team')).toBe('1:money');
    expect(groupKey(node('1:Deployment:shop:x'), 'workload', 'team')).toBe('1:');
    expect(groupKey(node('1:Deployment:shop:x'), 'workload')).toBe('1:shop');
  });
});
