import type { ResourceType } from '@mosaic/kat';
import { expect, it } from 'vitest';
import { keyOf, watchedOf } from './kinds.ts';

const type = (group: string, resource: string, kind: string, verbs = ['get', 'list', 'watch']): ResourceType => ({
  group,
  version: 'v1',
  kind,
  resource,
  namespaced: true,
  verbs,
});

it('everything that can be listed and watched is watched once; Leases and metrics are not, events apart', () => {
  const { objects, events } = watchedOf([
    type('', 'pods', 'Pod'),
    type('', 'events', 'Event'),
    type('events.k8s.io', 'events', 'Event'),
    type('', 'componentstatuses', 'ComponentStatus', ['get', 'list']),
    type('coordination.k8s.io', 'leases', 'Lease'),
    type('metrics.k8s.io', 'pods', 'PodMetrics'),
    type('extensions', 'ingresses', 'Ingress'),
    type('networking.k8s.io', 'ingresses', 'Ingress'),
    type('shop.test', 'events', 'Event'),
  ]);
  expect(objects.map(keyOf)).toEqual(['/pods', 'networking.k8s.io/ingresses', 'shop.test/events']);
  expect(events?.group).toBe('events.k8s.io');
});

it('events of the core group are watched where there are no others', () => {
  expect(watchedOf([type('', 'events', 'Event')]).events?.group).toBe('');
});
