import type { Manifest } from '@mosaic/kat';
import { nodeCompression } from '@mosaic/runtime';
import { DAY_MS, hourOf } from '@mosaic/wire';
import { describe, expect, it } from 'vitest';
import { recorder } from '../record/recorder.ts';
import { received } from '../testing/receive.ts';
import { fieldsOf, reconstruction } from './reconstruct.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const at = (ago: number): string => new Date(NOW - ago).toISOString();
const HOUR = 3_600_000;

const object = (kind: string, name: string, metadata: object, more: object = {}): Manifest =>
  ({ apiVersion: 'apps/v1', kind, metadata: { name, namespace: 'shop', uid: name, ...metadata }, ...more }) as Manifest; // as JSON comes
const template = (image: string) => ({
  metadata: { labels: { app: 'cart', 'pod-template-hash': 'h' } },
  spec: { containers: [{ name: 'main', image }] },
});
const set = (name: string, ago: number, image: string): Manifest =>
  object(
    'ReplicaSet',
    name,
    {
      creationTimestamp: at(ago),
      ownerReferences: [{ kind: 'Deployment', name: 'cart', uid: 'cart', apiVersion: 'apps/v1', controller: true }],
    },
    { spec: { template: template(image) } },
  );
const cart = object(
  'Deployment',
  'cart',
  {
    creationTimestamp: at(30 * HOUR),
    managedFields: [
      {
        manager: 'kubectl',
        time: at(2 * HOUR),
        operation: 'Update',
        fieldsV1: {
          'f:spec': {
            'f:replicas': {},
            'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"main"}': { '.': {}, 'f:image': {} } } } },
          },
        },
      },
    ],
  },
  { spec: { replicas: 2, template: template('cart:3') } },
);

describe('the reconstructed past', () => {
  it('tells of a Deployment what its ReplicaSets and managers prove, oldest first', () => {
    const past = reconstruction(NOW, nodeCompression);
    for (const one of [
      cart,
      set('cart-c', 2 * HOUR, 'cart:3'),
      set('cart-a', 30 * HOUR, 'cart:1'),
      set('cart-b', 9 * HOUR, 'cart:2'),
    ])
      past.note(one);
    const rows = past.rows();
    const told = rows
      .filter(({ uid }) => uid === 'cart')
      .map(({ at: when, op, reconstructed, diff }) => [
        (NOW - when) / HOUR,
        op,
        reconstructed,
        diff.map(({ path, after }) => `${path} ${after ?? ''}`.trim()),
      ]);
    expect(told).toEqual([
      [30, 'add', 'creationTimestamp', []],
      [30, 'modify', 'ReplicaSet template', []],
      [9, 'modify', 'ReplicaSet template', ['spec.template.spec.containers[main].image cart:2']],
      [2, 'modify', 'ReplicaSet template', ['spec.template.spec.containers[main].image cart:3']],
      [2, 'modify', 'managedFields', ['spec.replicas', 'spec.template.spec.containers[main].image']],
    ]);
    expect(new Set(rows.map(({ uid, rv }) => `${uid} ${rv}`)).size).toBe(rows.length);
    expect(past.rows()).toEqual([]);
  });

  it('reaches back no further than what would be kept', () => {
    const past = reconstruction(NOW, nodeCompression);
    past.note(object('ConfigMap', 'old', { creationTimestamp: at(20 * DAY_MS) }));
    past.note(object('ConfigMap', 'new', { creationTimestamp: at(DAY_MS) }));
    expect(past.rows().map(({ name }) => name)).toEqual(['new']);
  });

  it('travels in chunks of one hour each, and is restored', async () => {
    const past = reconstruction(NOW, nodeCompression);
    for (const one of [cart, set('cart-a', 30 * HOUR, 'cart:1'), set('cart-b', 9 * HOUR, 'cart:2')]) past.note(one);
    const out = received();
    const rec = recorder({
      cluster: 1,
      source: 's',
      boot: 'b',
      epoch: 1,
      compression: nodeCompression,
      redactKey: 'k',
      publish: out.publish,
    });
    rec.reconstructed(past.rows(), NOW);
    await rec.flush(NOW);
    expect(out.headers('objects').every(({ t0, t1 }) => hourOf(t0) === hourOf(t1))).toBe(true);
    const second = out.revisions().find(({ at: when, enc }) => when === NOW - 9 * HOUR && enc === 1);
    expect(second && JSON.parse(out.restore(second)).spec.template.metadata.labels).toEqual({ app: 'cart' });
  });

  it('reads what a manager owns as paths', () => {
    expect(
      fieldsOf({
        'f:metadata': { 'f:labels': { '.': {}, 'f:app.kubernetes.io/name': {} } },
        'f:spec': { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': {} }, 'f:finalizers': { 'v:"x"': {} } },
      }),
    ).toEqual(['metadata.labels[app.kubernetes.io/name]', 'spec.ports[80]', 'spec.finalizers["x"]']);
  });
});
