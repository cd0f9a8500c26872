// The past over HTTP: what its Kubernetes API answers, and what it refuses.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asked, apiOver, at, emptyWorld, iso, MINUTE, NOW, uidOf, type World } from '../testing.ts';
import { recorded, type Step, type Written } from './testing.ts';

const SINCE = at(60);

const manifest = (kind: string, name: string, n: number, more: object = {}, namespace = 'shop'): Written => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, ...(namespace !== '' && { namespace }), uid: uidOf(9_000 + n), creationTimestamp: iso(SINCE) },
  ...more,
});
const labelled = (name: string, n: number, app: string): Written => {
  const plain = manifest('Pod', name, n, { status: { phase: app === 'web' ? 'Running' : 'Pending' } });
  return { ...plain, metadata: { ...plain.metadata, labels: { app } } };
};

const widgets = (columns: readonly object[]): Written => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.acme.io', uid: uidOf(9_100), creationTimestamp: iso(SINCE) },
  spec: {
    group: 'acme.io',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', shortNames: ['wd'] },
    versions: [{ name: 'v1', served: true, storage: true, additionalPrinterColumns: columns }],
  },
});
const COLOR = { name: 'Color', type: 'string', jsonPath: '.spec.color' };
const widget: Written = {
  ...manifest('Widget', 'a', 101, { spec: { color: 'red' } }),
  apiVersion: 'acme.io/v1',
};

const HISTORY: readonly Step[] = [
  { at: at(50), uid: uidOf(9_001), rv: 10, object: labelled('web-1', 1, 'web') },
  { at: at(50), uid: uidOf(9_002), rv: 11, object: labelled('web-2', 2, 'web') },
  { at: at(50), uid: uidOf(9_003), rv: 12, object: labelled('job-1', 3, 'job') },
  { at: at(49), uid: uidOf(9_100), rv: 13, object: widgets([]) },
  { at: at(48), uid: uidOf(9_101), rv: 14, object: widget },
  {
    at: at(47),
    uid: uidOf(9_004),
    rv: 15,
    object: manifest('Secret', 'db', 4, { type: 'Opaque', data: { password: 'redacted-hmac-12' } }),
  },
  { at: at(40), uid: uidOf(9_100), rv: 20, object: widgets([COLOR]) },
  { at: at(30), uid: uidOf(9_001), rv: 30 },
  { at: at(29), uid: uidOf(9_005), rv: 31, object: labelled('web-1', 5, 'web') },
  { at: at(20), uid: uidOf(9_101), rv: 40 },
  { at: at(20), uid: uidOf(9_100), rv: 41 },
  { at: at(10), uid: uidOf(9_002), rv: 50, object: labelled('web-2', 2, 'job') },
];

let world: World;
let asked: Asked;
beforeAll(async () => {
  world = await emptyWorld();
  await recorded(world, SINCE, HISTORY);
  asked = await apiOver(world);
});
afterAll(() => asked.api.close());

interface Listed {
  readonly items: readonly Written[];
  readonly metadata: {
    readonly continue?: string;
    readonly remainingItemCount?: number;
    readonly resourceVersion: string;
  };
}
const path = (instant: number, rest: string, cluster = 'eu-1'): string => `/at/${iso(instant)}/${cluster}${rest}`;
const listed = async (instant: number, rest: string): Promise<Listed> =>
  (await asked.ask(path(instant, rest))) as Listed; // the face's lists
const names = async (instant: number, rest: string): Promise<string[]> =>
  (await listed(instant, rest)).items.map(({ metadata }) => metadata.name);

describe('the past', () => {
  it.each([
    [at(55), []],
    [at(45), ['job-1', 'web-1', 'web-2']],
    [at(29.5), ['job-1', 'web-2']],
    [at(5), ['job-1', 'web-1', 'web-2']],
  ])('lists what was there then (%s)', async (instant, expected) => {
    expect(await names(instant, '/api/v1/pods')).toEqual(expected);
    expect(await names(instant, '/api/v1/namespaces/shop/pods')).toEqual(expected);
    expect(await names(instant, '/api/v1/namespaces/other/pods')).toEqual([]);
  });

  it('tells two lives under one name apart', async () => {
    const uid = async (instant: number): Promise<unknown> => {
      const response = await asked.get(path(instant, '/api/v1/namespaces/shop/pods/web-1'));
      const body = (await response.json()) as Partial<Written> & { code?: number }; // an object or a Status
      return body.metadata?.uid ?? body.code;
    };
    expect([await uid(at(45)), await uid(at(29.5)), await uid(at(5))]).toEqual([uidOf(9_001), 404, uidOf(9_005)]);
  });

  it('selects by labels and fields as they were', async () => {
    expect(await names(at(45), '/api/v1/pods?labelSelector=app%3Dweb')).toEqual(['web-1', 'web-2']);
    expect(await names(at(5), '/api/v1/pods?labelSelector=app%20in%20(job)')).toEqual(['job-1', 'web-2']);
    expect(await names(at(5), '/api/v1/pods?fieldSelector=status.phase!%3DRunning')).toEqual(['job-1', 'web-2']);
    expect((await asked.get(path(at(5), '/api/v1/pods?labelSelector=%22%27%3B--'))).status).toBe(400);
  });

  it('pages through one moment, and refuses a token of another', async () => {
    const first = await listed(at(45), '/api/v1/pods?limit=2');
    const token = first.metadata.continue ?? '';
    expect([first.items.length, first.metadata.remainingItemCount]).toEqual([2, 1]);
    const second = await listed(at(45), `/api/v1/pods?limit=2&continue=${token}`);
    expect([second.items.map(({ metadata }) => metadata.name), second.metadata.continue]).toEqual([
      ['web-2'],
      undefined,
    ]);
    expect((await asked.get(path(at(44), `/api/v1/pods?limit=2&continue=${token}`))).status).toBe(410);
  });

  it('knows custom kinds as they were defined then', async () => {
    const columns = async (instant: number): Promise<unknown> => {
      const accept = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
      const response = await asked.get(path(instant, '/apis/acme.io/v1/widgets'), { headers: accept });
      if (response.status !== 200) return response.status;
      const { columnDefinitions } = (await response.json()) as { columnDefinitions: { name: string }[] }; // a Table
      return columnDefinitions.map(({ name }) => name);
    };
    expect(await columns(at(55))).toBe(404);
    expect(await columns(at(45))).toEqual(['Name', 'Age']);
    expect(await columns(at(30))).toEqual(['Name', 'Color']);
    expect(await columns(at(5))).toBe(404);
  });

  it('shows Secrets redacted, decodable, and says so', async () => {
    const response = await asked.get(path(at(45), '/api/v1/namespaces/shop/secrets/db'));
    const { data } = (await response.json()) as { data: { password: string } }; // a Secret
    expect(Buffer.from(data.password, 'base64').toString()).toBe('redacted-hmac-12');
    expect(response.headers.get('warning')).toContain('never recorded');
  });

  it('is silent about covered moments, and names the gap of others', async () => {
    const warning = async (instant: number): Promise<string | null> =>
      (await asked.get(path(instant, '/api/v1/pods'))).headers.get('warning');
    expect(await warning(at(45))).toBe(null);
    expect(await warning(at(90))).toContain('was not watched');
  });

  it('takes no writes, and says how to act now', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const rest = method === 'POST' ? '/api/v1/namespaces/shop/pods' : '/api/v1/namespaces/shop/pods/web-1';
      const response = await asked.get(path(at(45), rest), { method, ...(method !== 'DELETE' && { body: '{}' }) });
      const { kind, message } = (await response.json()) as { kind: string; message: string }; // a Status
      expect([response.status, kind]).toEqual([405, 'Status']);
      expect(message).toContain('this is the past: eu-1 as it was at');
    }
  });

  it.each([
    ['an unknown cluster', path(at(45), '/api/v1/pods', 'nope'), 404],
    ['an unknown kind', path(at(45), '/api/v1/gizmos'), 404],
    ['nonsense for an instant', '/at/yesteryear/eu-1/api/v1/pods', 400],
    ['the future', path(NOW + MINUTE, '/api/v1/pods'), 400],
    ['older than retention', path(NOW - 15 * 1440 * MINUTE, '/api/v1/pods'), 410],
    ['a version of another moment', path(at(45), '/api/v1/pods?resourceVersion=7&resourceVersionMatch=Exact'), 410],
    ['a token that is none', path(at(45), '/api/v1/pods?limit=1&continue=abc'), 400],
  ])('answers %s with a Status', async (_, url, status) => {
    const response = await asked.get(url);
    expect([response.status, ((await response.json()) as { kind: string }).kind]).toEqual([status, 'Status']);
  });
});
