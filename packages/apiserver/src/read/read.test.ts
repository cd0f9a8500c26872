import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, listAt, textAt } from '../json.ts';
import { plant, pod, type TestApi, testApi } from '../testing/test-api.ts';

const NOW = Date.parse('2026-01-02T00:00:00Z');
const PODS = '/api/v1/namespaces/default/pods';
const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };

let api: TestApi;
beforeEach(async () => {
  api = await testApi({ now: () => NOW });
  for (const name of ['a', 'b', 'c', 'd', 'e'])
    plant(api.source, 'Pod', pod(name, { metadata: { labels: { name, even: String('bd'.includes(name)) } } }));
  plant(api.source, 'Pod', { ...pod('far'), metadata: { name: 'far', namespace: 'shop' } });
});
afterEach(() => api.close());

const names = (body: unknown): string[] => listAt(body, 'items').map((item) => textAt(item, 'metadata', 'name'));

describe('lists', () => {
  it('are of a namespace or of all', async () => {
    const [here, all] = await Promise.all([api.get(PODS), api.get('/api/v1/pods')]);
    expect(here.body).toMatchObject({ kind: 'PodList', apiVersion: 'v1' });
    expect(names(here.body)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(names(all.body)).toContain('far');
  });

  it('are selected by labels and fields', async () => {
    expect(names((await api.get(`${PODS}?labelSelector=even%3Dtrue`)).body)).toEqual(['b', 'd']);
    expect(names((await api.get('/api/v1/pods?fieldSelector=metadata.namespace%3Dshop')).body)).toEqual(['far']);
    expect((await api.get(`${PODS}?fieldSelector=spec.color%3Dred`)).body).toMatchObject({
      code: 400,
      reason: 'BadRequest',
      message: 'field label not supported: spec.color',
    });
  });

  it('pages are of one snapshot, whatever is written in between', async () => {
    const first = await api.get(`${PODS}?limit=2`);
    expect(names(first.body)).toEqual(['a', 'b']);
    expect(at(first.body, 'metadata', 'remainingItemCount')).toBe(3);
    await api.send('DELETE', `${PODS}/c`);
    plant(api.source, 'Pod', pod('bb'));
    const second = await api.get(`${PODS}?limit=2&continue=${textAt(first.body, 'metadata', 'continue')}`);
    expect(names(second.body)).toEqual(['c', 'd']);
    expect(textAt(second.body, 'metadata', 'resourceVersion')).toBe(textAt(first.body, 'metadata', 'resourceVersion'));
    const last = await api.get(`${PODS}?limit=2&continue=${textAt(second.body, 'metadata', 'continue')}`);
    expect(names(last.body)).toEqual(['e']);
    expect(at(last.body, 'metadata', 'continue')).toBeUndefined();
  });

  it('a page of a forgotten snapshot is expired, a token of our own making is refused', async () => {
    const first = await api.get(`${PODS}?limit=2`);
    plant(api.source, 'Pod', pod('z'));
    api.source.compact();
    expect(
      (await api.get(`${PODS}?limit=2&continue=${textAt(first.body, 'metadata', 'continue')}`)).body,
    ).toMatchObject({ code: 410, reason: 'Expired' });
    for (const token of ['xyz', Buffer.from('{"v":"mosaic/1"}').toString('base64url'), 'A'.repeat(5000)]) {
      expect((await api.get(`${PODS}?continue=${token}`)).code).toBe(400);
    }
  });

  it('an exact version is that version, one from the future is refused', async () => {
    const before = api.source.currentVersion();
    plant(api.source, 'Pod', pod('later'));
    expect(names((await api.get(`${PODS}?resourceVersion=${before}&resourceVersionMatch=Exact`)).body)).not.toContain(
      'later',
    );
    expect((await api.get(`${PODS}?resourceVersion=999999`)).body).toMatchObject({ code: 504, reason: 'Timeout' });
    expect((await api.get(`${PODS}?resourceVersionMatch=Exact`)).code).toBe(400);
    expect((await api.get(`${PODS}?limit=many`)).code).toBe(400);
  });

  it('large ones are compressed for those who take it', async () => {
    for (let i = 0; i < 400; i++)
      plant(api.source, 'ConfigMap', {
        metadata: { name: `c${i}`, namespace: 'default' },
        data: { text: 'x'.repeat(500) },
      });
    const zipped = await api.get('/api/v1/configmaps', { 'accept-encoding': 'gzip' });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(names(zipped.body)).toHaveLength(400);
  });
});

describe('shapes', () => {
  it('a table has rows with the metadata of their objects', async () => {
    const { body } = await api.get(`${PODS}?limit=1`, TABLE);
    expect(body).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' });
    expect(
      listAt(body, 'columnDefinitions')
        .map((column) => textAt(column, 'name'))
        .slice(0, 5),
    ).toEqual(['Name', 'Ready', 'Status', 'Restarts', 'Age']);
    expect(listAt(body, 'rows')[0]).toMatchObject({
      cells: ['a', '0/1', '', '0', '0s', '<none>', '<none>', '<none>', '<none>'],
      object: { kind: 'PartialObjectMetadata', metadata: { name: 'a' } },
    });
  });

  it('rows hold the whole object or none when asked', async () => {
    expect(listAt((await api.get(`${PODS}?includeObject=Object`, TABLE)).body, 'rows')[0]).toMatchObject({
      object: { kind: 'Pod' },
    });
    expect(listAt((await api.get(`${PODS}?includeObject=None`, TABLE)).body, 'rows')[0]).toMatchObject({
      object: null,
    });
  });

  it('metadata alone, YAML, and nothing for those who take neither', async () => {
    const metadata = await api.get(PODS, {
      accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
    });
    expect(metadata.body).toMatchObject({
      kind: 'PartialObjectMetadataList',
      items: [{ kind: 'PartialObjectMetadata' }, {}, {}, {}, {}],
    });
    const yaml = await api.get(`${PODS}/a`, { accept: 'application/yaml' });
    expect(yaml.body.text).toContain('name: a\n');
    expect((await api.get(PODS, { accept: 'application/vnd.kubernetes.protobuf' })).body).toMatchObject({
      code: 406,
      reason: 'NotAcceptable',
    });
  });

  it('events are seen in both shapes', async () => {
    plant(api.source, 'Event', {
      metadata: { name: 'e', namespace: 'default' },
      involvedObject: { kind: 'Pod', name: 'a' },
      message: 'm',
      type: 'Normal',
      reason: 'R',
    });
    const view = await api.get('/apis/events.k8s.io/v1/namespaces/default/events?fieldSelector=regarding.name%3Da');
    expect(listAt(view.body, 'items')[0]).toMatchObject({
      apiVersion: 'events.k8s.io/v1',
      regarding: { name: 'a' },
      note: 'm',
    });
  });
});

describe('what is not there', () => {
  it.each([
    ['/api/v1/namespaces/default/pods/none', 404, 'pods "none" not found'],
    ['/apis/apps/v1/namespaces/default/deployments/x', 404, 'deployments.apps "x" not found'],
    ['/api/v1/namespaces/default/unicorns', 404, 'the server could not find the requested resource'],
    ['/apis/acme.io/v1', 404, 'the server could not find the requested resource'],
    ['/api/v1/namespaces/default/nodes', 404, 'the server could not find the requested resource'],
    ['/api/v1/pods/a', 404, 'the server could not find the requested resource'],
    ['/api/v1/namespaces/default/pods/a/unknown', 404, 'the server could not find the requested resource'],
    ['/nothing', 404, 'the server could not find the requested resource'],
    ['/api/v1/namespaces/%zz/pods', 400, 'the path of the request is not a valid URL path'],
  ])('%s answers %d', async (path, code, message) => {
    expect((await api.get(path)).body).toMatchObject({ kind: 'Status', status: 'Failure', code, message });
  });

  it('health, version and roots are', async () => {
    for (const path of ['/healthz', '/livez', '/readyz']) expect((await api.get(path)).body.text).toBe('ok');
    expect((await api.get('/version')).body).toMatchObject({ major: '1', gitVersion: 'v1.32.0' });
    expect(listAt((await api.get('/')).body, 'paths')).toContain('/apis/apps/v1');
  });
});

describe('discovery', () => {
  it('is the same in the plain and the aggregated form', async () => {
    const plain = await api.get('/apis/apps/v1');
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
    const aggregated = await api.get('/apis', { accept });
    expect(aggregated.headers.get('content-type')).toContain('as=APIGroupDiscoveryList');
    const apps = listAt(aggregated.body, 'items').find((group) => textAt(group, 'metadata', 'name') === 'apps');
    const resources = listAt(listAt(apps, 'versions')[0], 'resources').map((each) => textAt(each, 'resource'));
    const own = listAt(plain.body, 'resources').map((each) => textAt(each, 'name'));
    expect(own.filter((name) => !name.includes('/'))).toEqual(resources);
    expect(own).toContain('deployments/scale');
    expect((await api.get('/api')).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    expect((await api.get('/apis/apps')).body).toMatchObject({ kind: 'APIGroup', name: 'apps' });
  });

  it('OpenAPI has a document per group, whose references all lead somewhere', async () => {
    const index = await api.get('/openapi/v3');
    for (const place of ['api/v1', 'apis/apps/v1', 'apis/batch/v1', 'apis/rbac.authorization.k8s.io/v1']) {
      expect(textAt(at(index.body, 'paths', place), 'serverRelativeURL')).toMatch(
        new RegExp(`^/openapi/v3/${place}\\?hash=`),
      );
      const { body } = await api.get(`/openapi/v3/${place}`);
      const defined = Object.keys(at(body, 'components', 'schemas') ?? {});
      for (const [, name = ''] of JSON.stringify(body).matchAll(/"#\/components\/schemas\/([^"]+)"/g))
        expect(defined).toContain(name);
    }
  });
});
