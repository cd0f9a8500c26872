// What goes wrong in questions to the past: each is told as a Kubernetes Status, and costs nobody else anything.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asked, apiOver, at, emptyWorld, iso, MINUTE, NOW, uidOf, type World } from '../testing.ts';
import { recorded, type Step, type Written } from './testing.ts';

const SINCE = at(60);
const THEN = at(30);

const written = (apiVersion: string, kind: string, name: string, n: number, more: object = {}): Written => ({
  ...{ apiVersion, kind },
  metadata: { name, namespace: 'shop', uid: uidOf(8_000 + n), creationTimestamp: iso(SINCE) },
  ...more,
});
const gadgets: Written = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gadgets.acme.io', uid: uidOf(8_100), creationTimestamp: iso(SINCE) },
  spec: {
    ...{ group: 'acme.io', scope: 'Namespaced', names: { plural: 'gadgets', singular: 'gadget', kind: 'Gadget' } },
    versions: [{ name: 'v1', served: true, storage: true }],
  },
};
const scaler = written('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', 10, {
  spec: {
    ...{ scaleTargetRef: { kind: 'Deployment', name: 'web' }, minReplicas: 1, maxReplicas: 4 },
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
  },
  status: {
    ...{ currentReplicas: 2, desiredReplicas: 2 },
    currentMetrics: [
      { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 35, averageValue: '35m' } } },
    ],
  },
});

const HISTORY: readonly Step[] = [
  { at: at(50), uid: uidOf(8_001), rv: 1, object: written('v1', 'Pod', 'web-1', 1) },
  { at: at(50), uid: uidOf(8_002), rv: 2, object: written('v1', 'Pod', 'web-2', 2) },
  { at: at(49), uid: uidOf(8_100), rv: 3, object: gadgets },
  { at: at(48), uid: uidOf(8_101), rv: 4, object: written('acme.io/v1', 'Gadget', 'odd', 101) },
  { at: at(47), uid: uidOf(8_010), rv: 5, object: scaler },
  { at: at(20), uid: uidOf(8_101), rv: 6 },
  { at: at(20) + 1, uid: uidOf(8_100), rv: 7 },
];

let world: World;
let asked: Asked;
beforeAll(async () => {
  world = await emptyWorld();
  await recorded(world, SINCE, HISTORY);
  asked = await apiOver(world);
});
afterAll(() => asked.api.close());

interface Answered {
  readonly status: number;
  readonly body: {
    readonly kind: string;
    readonly message?: string;
    readonly reason?: string;
    readonly items?: readonly Written[];
    readonly metadata: { readonly continue?: string };
  };
}
async function answered(rest: string, instant = iso(THEN)): Promise<Answered> {
  const response = await asked.get(`/at/${instant}/eu-1${rest}`);
  return { status: response.status, body: (await response.json()) as Answered['body'] }; // the face answers in objects
}

describe('an instant', () => {
  it.each([
    ['in the gap of a summer time, written without its offset', '2026-03-29T02:30:00'],
    ['of a day that is in no month', '2026-02-30T03:12:00Z'],
    ['of an hour that is in no day', '2026-03-10T25:00:00Z'],
    ['in words', 'yesterday 03:12'],
    ['that is empty', '%20'],
    ['in the future', iso(NOW + MINUTE)],
    ['a thousand years away', '3026-03-10T03:12:00Z'],
  ])('%s is refused with what was expected', async (_, instant) => {
    const { status, body } = await answered('/api/v1/pods', encodeURIComponent(instant));
    expect([status, body.kind, body.reason]).toEqual([400, 'Status', 'BadRequest']);
    expect(body.message).toMatch(/RFC 3339|has not been yet/);
  });

  it('in the hour that a winter time has twice is told apart by its offset', async () => {
    const names = async (instant: string) => (await answered('/api/v1/pods', encodeURIComponent(instant))).body.items;
    const [zone, same] = [iso(THEN).replace('Z', '+00:00'), iso(THEN + 60 * MINUTE).replace('Z', '+01:00')];
    expect(await names(zone)).toHaveLength(2);
    expect(await names(same)).toEqual(await names(zone));
  });
});

describe('a question', () => {
  it.each([
    ['of an unknown version of a group', '/apis/apps/v9/deployments'],
    ['of an unknown version of the core', '/api/v2/pods'],
    ['of an unknown group', '/apis/nobody.example/v1/things'],
    ['of an unknown kind', '/api/v1/gizmos'],
    ['of a name nobody had', '/api/v1/namespaces/shop/pods/nobody'],
    ['of a name with odd characters', '/api/v1/namespaces/shop/pods/%F0%9F%A7%8A%27%22'],
    ['of a kind that was defined only before', '/apis/acme.io/v1/gadgets', iso(at(10))],
    ['of a kind that was defined only later', '/apis/acme.io/v1/gadgets', iso(at(55))],
  ])('%s is answered 404', async (_, rest, instant = iso(THEN)) => {
    const { status, body } = await answered(rest, instant);
    expect([status, body.kind, body.reason]).toEqual([404, 'Status', 'NotFound']);
  });

  it('of a kind whose definition is gone by now finds its objects as they were', async () => {
    const { body } = await answered('/apis/acme.io/v1/gadgets');
    expect(body.items?.map(({ metadata }) => metadata.name)).toEqual(['odd']);
    const one = await answered('/apis/acme.io/v1/namespaces/shop/gadgets/odd');
    expect([one.status, one.body.kind]).toEqual([200, 'Gadget']);
  });

  it.each([
    ['resourceVersion=abc', 400],
    ['resourceVersion=-1', 400],
    [`resourceVersion=${NOW * 1000}`, 504],
    ['resourceVersion=0', 200],
    [`resourceVersion=${THEN}`, 200],
    ['resourceVersion=5&resourceVersionMatch=Exact', 410],
    ['resourceVersionMatch=Exact', 400],
    ['limit=-1', 400],
    ['limit=many', 400],
    ['continue=%00', 400],
  ])('with %s is answered %i', async (query, expected) => {
    const { status, body } = await answered(`/api/v1/pods?${query}`);
    expect(status).toBe(expected);
    expect(body.kind).toBe(expected === 200 ? 'PodList' : 'Status');
  });

  it.each([
    ['labelSelector', '=', 400],
    ['labelSelector', 'app=a=b', 400],
    ['labelSelector', 'app in (', 400],
    ['labelSelector', "app='; DROP TABLE rev; --", 400],
    ['labelSelector', 'größe', 400],
    ['labelSelector', '🧊=1', 400],
    ['labelSelector', 'a\u0000b', 400],
    ['labelSelector', `app=${'x'.repeat(64)}`, 400],
    ['labelSelector', '!app', 200],
    ['labelSelector', 'app.kubernetes.io/name notin (a,b-c,)', 200],
    ['fieldSelector', 'metadata.name=%_"\'', 200],
    ['fieldSelector', 'metadata.nom=a', 400],
    ['fieldSelector', 'metadata.name', 400],
    ['fieldSelector', 'metadata.name=a,,', 200],
  ])('with %s %j is answered %i', async (parameter, selector, expected) => {
    const { status, body } = await answered(`/api/v1/pods?${parameter}=${encodeURIComponent(selector)}`);
    expect([status, body.kind]).toEqual([expected, expected === 200 ? 'PodList' : 'Status']);
  });

  it('with a token of another moment begins anew, and says so', async () => {
    const { body } = await answered('/api/v1/pods?limit=1');
    const other = await answered(`/api/v1/pods?limit=1&continue=${body.metadata.continue}`, iso(THEN + 1));
    expect([other.status, other.body.reason]).toEqual([410, 'Expired']);
    const same = await answered(`/api/v1/pods?limit=1&continue=${body.metadata.continue}`);
    expect(same.body.items?.map(({ metadata }) => metadata.name)).toEqual(['web-2']);
  });
});

it('an autoscaler kept as v2 is answered as v1 where that is asked', async () => {
  const v1 = '/apis/autoscaling/v1/namespaces/shop/horizontalpodautoscalers';
  const expected = {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    spec: { minReplicas: 1, maxReplicas: 4, targetCPUUtilizationPercentage: 70 },
    status: { currentReplicas: 2, currentCPUUtilizationPercentage: 35 },
  };
  expect((await answered(`${v1}/web`)).body).toMatchObject(expected);
  expect((await answered(v1)).body.items).toMatchObject([expected]);
  const kept = await answered('/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/web');
  expect(kept.body).toMatchObject({ apiVersion: 'autoscaling/v2', spec: scaler.spec });
});
