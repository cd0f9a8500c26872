import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, listAt, textAt } from '../json.ts';
import { deployment, plant, pod, type TestApi, testApi } from '../testing/test-api.ts';

const NOW = Date.parse('2026-01-02T00:00:00Z');
const PODS = '/api/v1/namespaces/default/pods';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const WEB = `${DEPLOYMENTS}/web`;

let api: TestApi;
beforeEach(async () => {
  api = await testApi({ now: () => NOW });
});
afterEach(() => api.close());

describe('creating', () => {
  it('names, stamps, defaults and records the writer', async () => {
    const { code, body } = await api.send('POST', DEPLOYMENTS, deployment('web'));
    expect(code).toBe(201);
    expect(body).toMatchObject({
      metadata: {
        name: 'web',
        namespace: 'default',
        generation: 1,
        creationTimestamp: '2026-01-02T00:00:00Z',
        managedFields: [{ manager: 'tester', operation: 'Update', apiVersion: 'apps/v1' }],
      },
      spec: {
        strategy: { type: 'RollingUpdate' },
        revisionHistoryLimit: 10,
        template: { spec: { restartPolicy: 'Always', containers: [{ imagePullPolicy: 'IfNotPresent' }] } },
      },
    });
    expect(textAt(body, 'metadata', 'uid')).toMatch(/^[0-9a-f-]{36}$/);
    expect((await api.get(WEB)).body).toEqual(body);
  });

  it('a name once taken is taken', async () => {
    await api.send('POST', DEPLOYMENTS, deployment('web'));
    expect((await api.send('POST', DEPLOYMENTS, deployment('web'))).body).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
      message: 'deployments.apps "web" already exists',
    });
  });

  it('generateName makes a name', async () => {
    const { body } = await api.send('POST', PODS, { ...pod(''), metadata: { generateName: 'job-' } });
    expect(textAt(body, 'metadata', 'name')).toMatch(/^job-[a-z0-9]{5}$/);
  });

  it('a dry run answers and stores nothing', async () => {
    expect((await api.send('POST', `${PODS}?dryRun=All`, pod('dry'))).code).toBe(201);
    expect((await api.get(`${PODS}/dry`)).code).toBe(404);
    expect((await api.send('POST', `${PODS}?dryRun=Some`, pod('dry'))).code).toBe(400);
  });

  it.each<[string, string, unknown, number, string]>([
    [
      'a namespace that is not there',
      '/api/v1/namespaces/nowhere/pods',
      { ...pod('a'), metadata: { name: 'a' } },
      404,
      'namespaces "nowhere" not found',
    ],
    [
      'a name that is no DNS name',
      PODS,
      pod('Big_Name'),
      422,
      'Pod "Big_Name" is invalid: metadata.name: Invalid value',
    ],
    ['no containers', PODS, { ...pod('a'), spec: {} }, 422, 'Pod "a" is invalid: spec.containers: Required value'],
    [
      'a selector that misses its template',
      DEPLOYMENTS,
      deployment('web', { selector: { matchLabels: { app: 'x' } } }),
      422,
      '`selector` does not match template `labels`',
    ],
    ['another kind', PODS, deployment('web'), 400, 'does not match the expected API version (v1)'],
    [
      'another namespace',
      '/api/v1/namespaces/shop/pods',
      pod('a'),
      400,
      'the namespace of the provided object does not match',
    ],
    [
      'a value of a wrong type',
      DEPLOYMENTS,
      deployment('web', { replicas: 'two' }),
      400,
      'spec.replicas: "two" is not an integer',
    ],
    ['a bad label', PODS, pod('a', { metadata: { labels: { 'a b': 'c' } } }), 422, 'metadata.labels'],
    ['no JSON', PODS, '{', 400, 'is not JSON'],
    ['no object', PODS, [], 400, 'is not an object'],
    [
      'an unknown field, strictly',
      `${PODS}?fieldValidation=Strict`,
      { ...pod('a'), spek: {} },
      400,
      'strict decoding error: unknown field "spek"',
    ],
  ])('%s is refused', async (_name, path, body, code, message) => {
    const answer = await api.send('POST', path, body);
    expect(answer.body).toMatchObject({ kind: 'Status', code });
    expect(textAt(answer.body, 'message')).toContain(message);
  });

  it('every wrong field is a cause of its own', async () => {
    const { body } = await api.send('POST', DEPLOYMENTS, deployment('Web', { replicas: -1, selector: {} }));
    expect(listAt(body, 'details', 'causes').map((cause) => textAt(cause, 'field'))).toEqual([
      'metadata.name',
      'spec.selector',
      'spec.replicas',
    ]);
  });

  it('bodies too large or of an unknown type are refused', async () => {
    const large = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'big' },
      data: { a: 'x'.repeat(4_000_000) },
    };
    expect((await api.send('POST', '/api/v1/namespaces/default/configmaps', large)).body).toMatchObject({
      code: 413,
      reason: 'RequestEntityTooLarge',
    });
    expect((await api.send('POST', PODS, 'a', { 'content-type': 'text/plain' })).body).toMatchObject({
      code: 415,
      reason: 'UnsupportedMediaType',
    });
    const deep = `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`;
    expect((await api.send('POST', PODS, deep)).code).toBe(400);
  });

  it('a megabyte in a ConfigMap is taken', async () => {
    const data = { a: 'x'.repeat(1_000_000) };
    expect(
      (
        await api.send('POST', '/api/v1/namespaces/default/configmaps', {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'm' },
          data,
        })
      ).code,
    ).toBe(201);
  });

  it('YAML is taken, its bombs are not', async () => {
    const yaml = { 'content-type': 'application/yaml' };
    expect(
      (
        await api.send(
          'POST',
          '/api/v1/namespaces/default/configmaps',
          'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y}\ndata: {a: b}\n',
          yaml,
        )
      ).code,
    ).toBe(201);
    const bomb = `a: &a [x]\n${[...'bcdefghij'].map((name, i) => `${name}: &${name} [${'*'}${'abcdefghi'[i]},${'*'}${'abcdefghi'[i]},*${'abcdefghi'[i]}]`).join('\n')}\n`;
    expect((await api.send('POST', '/api/v1/namespaces/default/configmaps', bomb, yaml)).code).toBe(400);
  });
});

describe('replacing', () => {
  beforeEach(() => api.send('POST', DEPLOYMENTS, deployment('web')));

  it('counts generations by what is wanted, and writes nothing when nothing changes', async () => {
    const { body } = await api.get(WEB);
    expect((await api.send('PUT', WEB, body)).body).toEqual(body);
    const labelled = await api.send('PUT', WEB, {
      ...body,
      metadata: { ...(body.metadata as object), labels: { new: 'x' } },
    });
    expect(at(labelled.body, 'metadata', 'generation')).toBe(1);
    const spec = { ...(body.spec as object), replicas: 7 };
    expect(at((await api.send('PUT', WEB, { ...labelled.body, spec })).body, 'metadata', 'generation')).toBe(2);
  });

  it('what a write leaves alone gets no defaults: a label rolls nothing out', async () => {
    const bare = plant(api.source, 'Deployment', deployment('bare'));
    const labelled = await api.patch(`${DEPLOYMENTS}/bare`, 'merge', { metadata: { labels: { a: 'b' } } });
    expect(labelled.body.spec).toEqual(bare.spec);
    expect((await api.patch(`${DEPLOYMENTS}/bare/scale`, 'merge', { spec: { replicas: 9 } })).code).toBe(200);
    expect((await api.get(`${DEPLOYMENTS}/bare`)).body).toMatchObject({
      spec: { replicas: 9, template: at(bare, 'spec', 'template') },
    });
  });

  it('an old version is a conflict', async () => {
    const { body } = await api.get(WEB);
    await api.patch(WEB, 'merge', { spec: { replicas: 3 } });
    expect((await api.send('PUT', WEB, body)).body).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: expect.stringContaining(
        'Operation cannot be fulfilled on deployments.apps "web": the object has been modified',
      ),
    });
  });

  it('status is written below /status and nowhere else', async () => {
    const { body } = await api.get(WEB);
    const changed = { ...body, status: { readyReplicas: 2 }, spec: { ...(body.spec as object), replicas: 9 } };
    const status = await api.send('PUT', `${WEB}/status`, changed);
    expect(status.body).toMatchObject({
      spec: { replicas: 2 },
      status: { readyReplicas: 2 },
      metadata: { generation: 1 },
    });
    const main = await api.patch(WEB, 'merge', { status: { readyReplicas: 0 }, spec: { paused: true } });
    expect(main.body).toMatchObject({ spec: { paused: true }, status: { readyReplicas: 2 } });
  });
});

describe('patching', () => {
  beforeEach(() => api.send('POST', DEPLOYMENTS, deployment('web')));

  it('in all four ways', async () => {
    const image = (name: string) => ({ spec: { template: { spec: { containers: [{ name: 'main', image: name }] } } } });
    expect((await api.patch(WEB, 'strategic', image('nginx:2'))).body).toMatchObject({
      spec: { template: { spec: { containers: [{ image: 'nginx:2', env: [{ name: 'A' }] }] } } },
    });
    expect((await api.patch(WEB, 'json', [{ op: 'replace', path: '/spec/replicas', value: 4 }])).body).toMatchObject({
      spec: { replicas: 4 },
    });
    expect((await api.patch(WEB, 'merge', { spec: { replicas: null, paused: true } })).body).toMatchObject({
      spec: { replicas: 1, paused: true },
    });
    const applied = await api.patch(`${WEB}?fieldManager=me&force=true`, 'apply', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { minReadySeconds: 5 },
    });
    expect(applied.body).toMatchObject({ spec: { minReadySeconds: 5, paused: true } });
    expect(listAt(applied.body, 'metadata', 'managedFields').map((entry) => textAt(entry, 'manager'))).toContain('me');
  });

  it('applying creates, needs a manager, and conflicts as Kubernetes says', async () => {
    const conf = '/api/v1/namespaces/default/configmaps/conf';
    const config = (a: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'conf' }, data: { a } });
    expect((await api.patch(conf, 'apply', config('1'))).code).toBe(400);
    expect((await api.patch(`${conf}?fieldManager=alice`, 'apply', config('1'))).code).toBe(201);
    expect((await api.patch(`${conf}?fieldManager=bob`, 'apply', config('2'))).body).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "alice": .data.a',
      details: { causes: [{ reason: 'FieldManagerConflict', field: '.data.a' }] },
    });
    expect((await api.patch(`${conf}?fieldManager=bob&force=true`, 'apply', config('2'))).body).toMatchObject({
      data: { a: '2' },
    });
  });

  it('what is no patch, or of a type nobody knows, is refused', async () => {
    expect((await api.patch(WEB, 'json', { op: 'add' })).code).toBe(400);
    expect((await api.patch(WEB, 'merge', [1])).code).toBe(400);
    expect((await api.send('PATCH', WEB, {}, { 'content-type': 'application/json' })).code).toBe(415);
    expect((await api.patch(WEB, 'merge', { metadata: { name: 'other' } })).code).toBe(400);
    expect((await api.patch(WEB, 'merge', { metadata: { resourceVersion: '1' } })).code).toBe(409);
  });

  it('scale reads and changes replicas alone', async () => {
    expect((await api.get(`${WEB}/scale`)).body).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 2 },
      status: { selector: 'app=web' },
    });
    expect((await api.patch(`${WEB}/scale`, 'merge', { spec: { replicas: 6 } })).body).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 6 },
    });
    expect((await api.get(WEB)).body).toMatchObject({ spec: { replicas: 6 }, metadata: { generation: 2 } });
    expect((await api.patch(`${WEB}/scale`, 'merge', { spec: { replicas: -1 } })).code).toBe(422);
    const { body } = await api.get(`${WEB}/scale`);
    expect((await api.send('PUT', `${WEB}/scale`, { ...body, spec: { replicas: 0 } })).body).toMatchObject({
      spec: { replicas: 0 },
    });
  });
});

describe('deleting', () => {
  it('answers what is gone, and waits for finalizers', async () => {
    plant(api.source, 'ConfigMap', { metadata: { name: 'free', namespace: 'default' } });
    plant(api.source, 'ConfigMap', { metadata: { name: 'held', namespace: 'default', finalizers: ['acme.io/wait'] } });
    const root = '/api/v1/namespaces/default/configmaps';
    expect((await api.send('DELETE', `${root}/free`)).body).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name: 'free', kind: 'configmaps' },
    });
    expect((await api.send('DELETE', `${root}/held`)).body).toMatchObject({
      kind: 'ConfigMap',
      metadata: { deletionTimestamp: expect.any(String) },
    });
    expect((await api.get(`${root}/held`)).code).toBe(200);
    await api.patch(`${root}/held`, 'merge', { metadata: { finalizers: null } });
    expect((await api.get(`${root}/held`)).code).toBe(404);
  });

  it('respects preconditions, dry runs and known policies only', async () => {
    plant(api.source, 'Pod', pod('a'));
    expect((await api.send('DELETE', `${PODS}/a`, { preconditions: { uid: 'other' } })).code).toBe(409);
    expect((await api.send('DELETE', `${PODS}/a?propagationPolicy=Sideways`)).code).toBe(400);
    expect((await api.send('DELETE', `${PODS}/a?dryRun=All`)).code).toBe(200);
    expect((await api.get(`${PODS}/a`)).code).toBe(200);
    expect((await api.send('DELETE', `${PODS}/none`)).code).toBe(404);
  });

  it('a collection goes by selection', async () => {
    for (const name of ['a', 'b', 'c']) plant(api.source, 'Pod', pod(name, { metadata: { labels: { name } } }));
    await api.send('DELETE', `${PODS}?labelSelector=name%20in%20(a,b)`);
    expect(listAt((await api.get(PODS)).body, 'items')).toHaveLength(1);
  });
});

describe('rights', () => {
  it('a user who may not is told so in the words of Kubernetes', async () => {
    await api.close();
    api = await testApi({
      mayDo: (user, verb, kind) => user !== 'eve' || (verb !== 'delete' && kind.resource !== 'secrets'),
    });
    const eve = { 'impersonate-user': 'eve' };
    expect((await api.get('/api/v1/secrets', eve)).body).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: 'secrets is forbidden: User "eve" cannot list resource "secrets" in API group "" at the cluster scope',
    });
    expect((await api.send('DELETE', `${WEB}`, undefined, eve)).body).toMatchObject({
      message:
        'deployments.apps "web" is forbidden: User "eve" cannot delete resource "deployments" in API group "apps" in the namespace "default"',
    });
    const review = (verb: string) => ({
      spec: { resourceAttributes: { namespace: 'default', verb, group: 'apps', resource: 'deployments' } },
    });
    const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
    expect((await api.send('POST', reviews, review('delete'), eve)).body).toMatchObject({ status: { allowed: false } });
    expect((await api.send('POST', reviews, review('get'), eve)).body).toMatchObject({ status: { allowed: true } });
  });

  it('a source that takes no writes says why, and warns on reads', async () => {
    await api.close();
    api = await testApi({
      readOnly: true,
      warning: () => 'nothing was watched from 03:00 to 03:10',
      api: { readOnlyBecause: 'this is the past' },
    });
    for (const [method, path, body] of [
      ['POST', PODS, pod('a')],
      ['PUT', WEB, deployment('web')],
      ['DELETE', WEB, undefined],
      ['DELETE', PODS, undefined],
    ] as const) {
      expect((await api.send(method, path, body)).body).toMatchObject({
        code: 405,
        reason: 'MethodNotAllowed',
        message: 'this is the past',
      });
    }
    expect((await api.patch(WEB, 'merge', {})).code).toBe(405);
    expect((await api.get(PODS)).headers.get('warning')).toBe('299 - "nothing was watched from 03:00 to 03:10"');
  });
});

describe('custom kinds', () => {
  it('are served as soon as they are defined, with their columns', async () => {
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'things.acme.io' },
      spec: {
        group: 'acme.io',
        scope: 'Namespaced',
        names: { plural: 'things', kind: 'Thing', shortNames: ['th'] },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            subresources: { status: {} },
            additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
            schema: {
              openAPIV3Schema: {
                type: 'object',
                required: ['spec'],
                properties: {
                  spec: {
                    type: 'object',
                    required: ['size'],
                    properties: { size: { type: 'integer', minimum: 1 }, colour: { type: 'string', enum: ['red'] } },
                  },
                },
              },
            },
          },
        ],
      },
    };
    const defined = await api.send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
    expect(defined.body).toMatchObject({
      spec: { names: { singular: 'thing', listKind: 'ThingList' } },
      status: { storedVersions: ['v1'] },
    });
    const things = '/apis/acme.io/v1/namespaces/default/things';
    const thing = { apiVersion: 'acme.io/v1', kind: 'Thing', metadata: { name: 'one' }, spec: { size: 3, own: true } };
    expect((await api.send('POST', things, thing)).body).toMatchObject({
      spec: { size: 3, own: true },
      metadata: { generation: 1 },
    });
    const misfit = await api.send('POST', things, {
      ...thing,
      metadata: { name: 'two' },
      spec: { size: 0, colour: 'blue' },
    });
    expect(misfit.body).toMatchObject({ code: 422, reason: 'Invalid' });
    expect(listAt(misfit.body, 'details', 'causes').map((cause) => textAt(cause, 'field'))).toEqual([
      'spec.size',
      'spec.colour',
    ]);
    expect((await api.patch(`${things}/one`, 'merge', { spec: { size: 'x' } })).code).toBe(422);
    expect((await api.patch(`${things}/one`, 'merge', { spec: null })).code).toBe(422);
    const table = await api.get(things, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
    expect(listAt(table.body, 'rows')[0]).toMatchObject({ cells: ['one', 3] });
    expect((await api.patch(`${things}/one`, 'strategic', {})).code).toBe(415);
    expect((await api.get('/openapi/v3/apis/acme.io/v1')).code).toBe(200);
  });
});
