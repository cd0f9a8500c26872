import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, isRecord, type Json, textAt } from '../json.ts';
import { type TestApi, testApi } from '../testing/test-api.ts';

let api: TestApi;
let document: Json;
beforeAll(async () => {
  api = await testApi();
  await api.send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.x.dev' },
    spec: {
      group: 'x.dev',
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: {
                  type: 'object',
                  properties: {
                    port: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
                  },
                },
              },
            },
          },
        },
      ],
    },
  });
  document = (await api.get('/openapi/v2')).body;
});
afterAll(() => api.close());

function* refsOf(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const each of value) yield* refsOf(each);
  if (!isRecord(value)) return;
  for (const [name, each] of Object.entries(value))
    if (name === '$ref' && typeof each === 'string') yield each;
    else yield* refsOf(each);
}

describe('OpenAPI v2', () => {
  it('leads from a deployment to its containers by references that all exist', () => {
    const definitions = at(document, 'definitions');
    const spec = at(definitions, 'io.k8s.api.apps.v1.Deployment', 'properties', 'spec');
    expect(spec).toMatchObject({ $ref: '#/definitions/io.k8s.api.apps.v1.DeploymentSpec' });
    const missing = [...refsOf(document)].filter(
      (ref) => at(definitions, ref.replace('#/definitions/', '')) === undefined,
    );
    expect(missing).toEqual([]);
  });

  it('says of every patch that it can be tried without storing, as older clients ask before they dare', () => {
    const patch = at(document, 'paths', '/apis/apps/v1/namespaces/{namespace}/deployments/{name}', 'patch');
    expect(patch).toMatchObject({
      'x-kubernetes-group-version-kind': { group: 'apps', version: 'v1', kind: 'Deployment' },
      parameters: expect.arrayContaining([expect.objectContaining({ name: 'dryRun', in: 'query', type: 'string' })]),
    });
  });

  it('holds defined kinds, without the words of the third version', () => {
    const widget = at(document, 'definitions', 'dev.x.v1.Widget');
    expect(at(widget, 'properties', 'spec', 'properties', 'port')).toEqual({ 'x-kubernetes-int-or-string': true });
    expect(JSON.stringify(document)).not.toMatch(/"(oneOf|anyOf|allOf|nullable)"|components\/schemas/);
  });

  it('is refused as protobuf, with what there is instead', async () => {
    const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
    const { code, body } = await api.get('/openapi/v2', { accept });
    expect([code, textAt(body, 'message')]).toEqual([
      406,
      'only the following media types are accepted: application/json',
    ]);
  });
});
