import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRecord, type Json } from '../json.ts';
import { builtInKinds } from '../kinds/built-in.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { shapeOf, shapeOfSchema } from './shapes.ts';
import { strategicMerge } from './strategic.ts';

const deployments = builtInKinds().find((kind) => kind.kind === 'Deployment') ?? builtInKinds()[0];
if (deployments === undefined) throw new Error('no kinds');
const SHAPE = shapeOf(deployments);

const withContainers = (containers: unknown[]): Json => ({ spec: { template: { spec: { containers } } } });
const containersOf = (object: Json): unknown => strategicPath(object, 'spec', 'template', 'spec', 'containers');
const strategicPath = (object: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((here, name) => (isRecord(here) ? here[name] : undefined), object);

const WEB = { name: 'web', image: 'web:1', env: [{ name: 'A', value: 'a' }], ports: [{ containerPort: 80 }] };
const LOG = { name: 'log', image: 'log:1' };

describe('strategic merge patch', () => {
  it.each<[string, unknown[], unknown[]]>([
    ['changes one container by name', [{ name: 'web', image: 'web:2' }], [{ ...WEB, image: 'web:2' }, LOG]],
    ['adds a container of a new name', [{ name: 'new', image: 'n' }], [WEB, LOG, { name: 'new', image: 'n' }]],
    ['deletes a container', [{ name: 'web', $patch: 'delete' }], [LOG]],
    ['replaces all containers', [{ $patch: 'replace' }, { name: 'x', image: 'x' }], [{ name: 'x', image: 'x' }]],
    [
      'merges lists in lists',
      [{ name: 'web', env: [{ name: 'B', value: 'b' }] }],
      [
        {
          ...WEB,
          env: [
            { name: 'A', value: 'a' },
            { name: 'B', value: 'b' },
          ],
        },
        LOG,
      ],
    ],
    [
      'drops a field with null',
      [{ name: 'web', env: null }],
      [{ name: 'web', image: 'web:1', ports: [{ containerPort: 80 }] }, LOG],
    ],
  ])('%s', (_name, patch, expected) => {
    expect(containersOf(strategicMerge(withContainers([WEB, LOG]), withContainers(patch), SHAPE))).toEqual(expected);
  });

  it('orders a list as the patch says', () => {
    const patch = {
      spec: {
        template: {
          spec: {
            '$setElementOrder/containers': [{ name: 'log' }, { name: 'web' }],
            containers: [{ name: 'log', image: 'log:2' }],
          },
        },
      },
    };
    const patched = strategicMerge(withContainers([WEB, LOG]), patch, SHAPE);
    expect(containersOf(patched)).toEqual([{ ...LOG, image: 'log:2' }, WEB]);
  });

  it('keeps only the keys it is told to retain', () => {
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } };
    const patched = strategicMerge(
      { spec: { strategy } },
      { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
      SHAPE,
    );
    expect(patched).toEqual({ spec: { strategy: { type: 'Recreate' } } });
  });

  it('merges finalizers and deletes from them', () => {
    const metadata = { finalizers: ['a', 'b'] };
    expect(strategicMerge({ metadata }, { metadata: { finalizers: ['b', 'c'] } }, SHAPE)).toEqual({
      metadata: { finalizers: ['a', 'b', 'c'] },
    });
    expect(strategicMerge({ metadata }, { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } }, SHAPE)).toEqual(
      { metadata: { finalizers: ['b'] } },
    );
  });

  it('replaces lists that have no key, and maps when told', () => {
    expect(strategicMerge({ a: [1, 2] }, { a: [3] }, SHAPE)).toEqual({ a: [3] });
    expect(strategicMerge({ spec: { x: 1, y: 2 } }, { spec: { $patch: 'replace', z: 3 } }, SHAPE)).toEqual({
      spec: { z: 3 },
    });
  });

  it('refuses an item without its key', () => {
    expect(() => strategicMerge(withContainers([WEB]), withContainers([{ image: 'x' }]), SHAPE)).toThrow(
      'does not contain declared merge key: name',
    );
  });
});

const value = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 4 }, fc.constantFrom('x', 1, true), tie('map')),
  map: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'spec', '__proto__'), tie('any'), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
}));
// `map` only ever makes objects.
const map = value.map as fc.Arbitrary<Json>;

describe('laws of patches', () => {
  it('a patch twice is a patch once', () => {
    fc.assert(
      fc.property(map, map, (target, patch) => {
        const once = mergePatch(target, patch);
        expect(mergePatch(once, patch)).toEqual(once);
        const merged = strategicMerge(target, patch, SHAPE);
        expect(strategicMerge(merged, patch, SHAPE)).toEqual(merged);
      }),
    );
  });

  it('an empty patch changes nothing, and no patch changes what it is applied to', () => {
    fc.assert(
      fc.property(map, map, (target, patch) => {
        const before = JSON.stringify(target);
        expect(strategicMerge(target, {}, SHAPE)).toEqual(target);
        expect(mergePatch(target, {})).toEqual(target);
        strategicMerge(target, patch, SHAPE);
        mergePatch(target, patch);
        expect(JSON.stringify(target)).toBe(before);
      }),
    );
  });

  it('without lists, a strategic merge is a merge patch', () => {
    fc.assert(
      fc.property(map, map, (target, patch) => {
        expect(strategicMerge(target, patch, SHAPE)).toEqual(mergePatch(target, patch));
      }),
    );
  });
});

describe('JSON patch', () => {
  it('tests, moves and replaces', () => {
    const patch = [
      { op: 'test', path: '/a', value: 1 },
      { op: 'move', from: '/a', path: '/b' },
      { op: 'add', path: '/list/-', value: 3 },
    ];
    expect(jsonPatch({ a: 1, list: [] }, patch)).toEqual({ b: 1, list: [3] });
  });

  it.each<[string, unknown, number]>([
    ['no list', { op: 'add' }, 400],
    ['an unknown operation', [{ op: 'grow', path: '/a' }], 400],
    ['a failed test', [{ op: 'test', path: '/a', value: 2 }], 422],
    ['a path that is not there', [{ op: 'remove', path: '/x/y' }], 422],
    ['the prototype', [{ op: 'add', path: '/__proto__/polluted', value: 1 }], 422],
  ])('%s is refused', (_name, patch, code) => {
    expect(() => jsonPatch({ a: 1 }, patch)).toThrow(expect.objectContaining({ code }));
  });
});

it("a definition's schema says how its lists merge", () => {
  const schema = {
    type: 'object',
    properties: {
      byName: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        items: { type: 'object' },
      },
      set: { type: 'array', 'x-kubernetes-list-type': 'set' },
      plain: { type: 'array' },
    },
  };
  expect(shapeOfSchema(schema).fields).toMatchObject({
    byName: { keys: ['name'] },
    set: { isSet: true },
    plain: { isAtomic: true },
  });
});
