import { describe, expect, test } from 'vitest';
import { AT, revision, slim, told, uidOf } from '../testing/seen.ts';
import { changesOf } from './changes-of.ts';
import { kinship } from './kinship.ts';

const image = {
  path: 'spec.template.spec.containers[checkout].image',
  op: 'replace',
  before: 'shop/checkout:1.8.2',
  after: 'shop/checkout:1.9.0',
} as const;
const young = { createdAt: AT - 1_000, op: 'add' } as const;

function watching(since = AT - 3_600_000) {
  const kin = kinship();
  kin.load(
    new Map(
      [
        slim(1, { kind: 'Deployment', name: 'checkout' }),
        slim(2, { kind: 'ReplicaSet', name: 'checkout-abc', owner: uidOf(1) }),
        slim(3, { kind: 'Node', name: 'node-a', namespace: '' }),
      ].map((object) => [object.uid, object]),
    ),
  );
  return { kinship: kin, since };
}

describe('the change log', () => {
  test('says what differs, who did it, and of which workload', () => {
    const [change] = changesOf([revision(1, { rv: 9, diff: [image], actor: 'helm' })], [], watching());
    expect(change).toEqual({
      at: AT,
      uid: uidOf(1),
      rv: 9,
      op: 'modify',
      kind: 'Deployment',
      apiVersion: 'apps/v1',
      namespace: 'shop',
      name: 'checkout',
      workload: 'Deployment/checkout',
      fields: [image.path],
      actor: 'helm',
      summary: 'image shop/checkout:1.8.2 → 1.9.0',
      severity: 2,
      diff: [image],
    });
  });

  test('an actor nobody named is unknown', () => {
    expect(changesOf([revision(1, { diff: [image] })], [], watching())[0]?.actor).toBe('unknown');
  });

  test.each<[string, Parameters<typeof revision>[1], string | undefined]>([
    [
      'a pod belongs to its topmost owner',
      { ...young, kind: 'Pod', name: 'p', owner: uidOf(2) },
      'Deployment/checkout',
    ],
    ['a mirror pod to itself, not to its node', { ...young, kind: 'Pod', name: 'etcd', owner: uidOf(3) }, 'Pod/etcd'],
    ['a lone pod to itself', { ...young, kind: 'Pod', name: 'p' }, 'Pod/p'],
    ['a ConfigMap to none', { ...young, kind: 'ConfigMap', name: 'c' }, undefined],
    [
      'an EndpointSlice to its owner',
      { ...young, kind: 'EndpointSlice', name: 'e', owner: uidOf(1) },
      'Deployment/checkout',
    ],
  ])('%s', (_, change, workload) =>
    expect(changesOf([revision(7, change)], [], watching())[0]?.workload).toBe(workload),
  );

  test('readiness is told of how many were wanted', () => {
    const ready = { path: 'status.readyReplicas', op: 'remove', before: 3 } as const;
    const deltas = [told(slim(1, { kind: 'Deployment', wanted: 3, ready: 0, rv: 9 }), AT)];
    const [change] = changesOf([revision(1, { rv: 9, diff: [ready] })], deltas, watching());
    expect([change?.summary, change?.severity]).toEqual(['status 3 → 0 of 3 ready', 3]);
  });

  test.each<[string, Parameters<typeof revision>[1], number]>([
    ['a daily snapshot is no change', { diff: [] }, 0],
    ['a delete is one', { op: 'delete', enc: 3, body: new Uint8Array(0) }, 1],
    ['a birth is one', young, 1],
    ['a first look at what is old is none', { op: 'add', createdAt: AT - 86_400_000 }, 0],
    ['a birth seen late, under watch, is one', { op: 'add', createdAt: AT - 600_000 }, 1],
    ['what an object proves of its past is one', { op: 'add', createdAt: 0, reconstructed: 'creationTimestamp' }, 1],
    ['what it proves of a birth that was watched is none', { ...young, reconstructed: 'creationTimestamp' }, 0],
    ['the first template that is known differs from none', { diff: [], reconstructed: 'ReplicaSet template' }, 0],
    ['a write that managed fields know of is one', { diff: [image], reconstructed: 'managedFields' }, 1],
    [
      'a status that they know of is none',
      { diff: [{ path: 'status.phase', op: 'replace' }], reconstructed: 'managedFields' },
      0,
    ],
  ])('%s', (_, change, count) => expect(changesOf([revision(7, change)], [], watching())).toHaveLength(count));

  test('a relist of what is known is no birth', () => {
    expect(changesOf([revision(1, young)], [], watching())).toEqual([]);
  });

  test('an owner not seen yet is asked for', () => {
    const { kinship: kin } = watching();
    const pod = revision(7, { ...young, kind: 'Pod', name: 'p', owner: uidOf(5) });
    expect([kin.isUnclear(pod), kin.workloadOf(pod)]).toEqual([true, undefined]);
    kin.note([revision(5, { kind: 'ReplicaSet', name: 'rs', owner: uidOf(1) })]);
    expect([kin.isUnclear(pod), kin.workloadOf(pod)]).toEqual([false, 'Deployment/checkout']);
  });
});
