import { StatusError } from '@mosaic/apiserver';
import { expect, test } from 'vitest';
import { tableOf } from './kinds.ts';
import { seeded } from './random.ts';
import { world } from './world.ts';

const PODS = { group: '', version: 'v1', kind: 'Pod' };
const draft = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'a' },
  ...more,
});
const make = (window?: number) => world({ now: () => 0, random: seeded(1), ...(window !== undefined && { window }) });

test('a list at an older version shows what stood then', () => {
  const w = make();
  const first = w.create(draft('one', { spec: { containers: [] } }));
  const then = w.version;
  w.update({ ...first, status: { phase: 'Running' } });
  w.create(draft('two'));
  w.remove(first);
  expect(w.list(PODS, undefined, then).items).toEqual([first]);
  expect(w.list(PODS, undefined).items.map(({ metadata }) => metadata.name)).toEqual(['two']);
});

test('an old version says that it is gone once it is compacted', () => {
  const w = make(2);
  const asked = w.version;
  for (const name of ['one', 'two', 'three', 'four', 'five']) w.create(draft(name));
  expect(() => w.changesAfter(asked)).toThrow(StatusError);
  expect(() => w.list(PODS, undefined, asked)).toThrow(/too old resource version/);
  expect(w.changesAfter(w.version - 1)).toHaveLength(1);
});

test('changes come in the order of their versions, with what was before', () => {
  const w = make();
  const asked = w.version;
  const one = w.create(draft('one'));
  const two = w.update({ ...one, status: { phase: 'Running' } });
  w.remove(two);
  const changes = w.changesAfter(asked);
  expect(changes.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
  expect(changes[1]?.before).toBe(one);
  expect(changes.map(({ object }) => Number(object.metadata.resourceVersion))).toEqual([
    asked + 1,
    asked + 2,
    asked + 3,
  ]);
});

test('a write that says nothing new changes no version', () => {
  const w = make();
  const one = w.create(draft('one', { spec: { a: [1, { b: 2 }] } }));
  const { version } = w;
  expect(w.update({ ...one, spec: { a: [1, { b: 2 }] } })).toBe(one);
  expect(w.version).toBe(version);
});

test('the generation counts changes of the spec alone', () => {
  const w = make();
  const dep = w.create({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd', namespace: 'a' },
    spec: { replicas: 1 },
  });
  const told = w.update({ ...dep, status: { replicas: 1 } });
  expect(told.metadata.generation).toBe(1);
  expect(w.update({ ...told, spec: { replicas: 2 } }).metadata.generation).toBe(2);
});

test('the two faces of events share one table, and a custom kind keeps its group', () => {
  expect(tableOf('v1', 'Event')).toBe(tableOf('events.k8s.io/v1', 'Event'));
  expect(tableOf('cert-manager.io/v1', 'Certificate')).toBe('Certificate.cert-manager.io');
});
