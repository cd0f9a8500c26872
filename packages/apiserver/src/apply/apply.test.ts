import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRecord, type Json, recordOf } from '../json.ts';
import { builtInKinds } from '../kinds/built-in.ts';
import { shapeOf } from '../patch/shapes.ts';
import { applyTo } from './apply.ts';
import { fromFieldsV1, toFieldsV1 } from './field-set.ts';
import { leavesOf } from './leaves.ts';
import { afterUpdate, entriesOf, type Manager, managersOf, type Who } from './managers.ts';

const deployments = builtInKinds().find((kind) => kind.kind === 'Deployment') ?? builtInKinds()[0];
if (deployments === undefined) throw new Error('no kinds');
const SHAPE = shapeOf(deployments);

const who = (manager: string, operation: Who['operation'] = 'Apply'): Who => ({
  manager,
  operation,
  apiVersion: 'apps/v1',
  subresource: '',
  time: '2026-01-01T00:00:00Z',
});

const withManagers = (object: Json, managers: readonly Manager[]): Json => ({
  ...object,
  metadata: { ...recordOf(object.metadata), managedFields: entriesOf(managers) },
});

function applied(live: Json | undefined, config: Json, manager: string, force = false): Json {
  const { object, managers } = applyTo(live, config, SHAPE, who(manager), force);
  return withManagers(object, managers);
}

function updated(live: Json, next: Json, manager: string): Json {
  return withManagers(next, afterUpdate(managersOf(live), live, next, SHAPE, who(manager, 'Update')));
}

const config = (spec: Json, labels: Json = {}): Json => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', labels },
  spec,
});
const containers = (...list: Json[]): Json => ({ template: { spec: { containers: list } } });
const ownersOf = (object: Json, path: string): string[] =>
  managersOf(object)
    .filter(({ fields }) => [...fields].some((field) => field.replaceAll('\u0000', ' ') === path))
    .map(({ manager }) => manager);

describe('server-side apply', () => {
  it('records the applied fields under the manager', () => {
    const live = applied(undefined, config({ replicas: 2 }, { app: 'web' }), 'me');
    expect(managersOf(live)).toHaveLength(1);
    expect(ownersOf(live, 'f:spec f:replicas')).toEqual(['me']);
    expect(ownersOf(live, 'f:metadata f:labels f:app')).toEqual(['me']);
  });

  it('a field another manager owns with another value is a conflict that names both', () => {
    const live = applied(undefined, config({ replicas: 2 }), 'alice');
    expect(() => applied(live, config({ replicas: 3 }), 'bob')).toThrow(
      'Apply failed with 1 conflict: conflict with "alice": .spec.replicas',
    );
    const forced = applied(live, config({ replicas: 3 }), 'bob', true);
    expect(forced.spec).toEqual({ replicas: 3 });
    expect(ownersOf(forced, 'f:spec f:replicas')).toEqual(['bob']);
  });

  it('several conflicts are listed, items by their keys', () => {
    const live = applied(undefined, config({ ...containers({ name: 'web', image: '1' }), replicas: 1 }), 'alice');
    expect(() => applied(live, config({ ...containers({ name: 'web', image: '2' }), replicas: 2 }), 'bob')).toThrow(
      /2 conflicts: conflicts with "alice":\n- \.spec\.template\.spec\.containers\[name="web"\]\.image\n- \.spec\.replicas/,
    );
  });

  it('the same value is shared, and stays until its last owner lets go', () => {
    const both = applied(applied(undefined, config({ replicas: 2 }), 'alice'), config({ replicas: 2 }), 'bob');
    expect(ownersOf(both, 'f:spec f:replicas')).toEqual(['alice', 'bob']);
    const one = applied(both, config({ paused: true }), 'alice');
    expect(one.spec).toEqual({ replicas: 2, paused: true });
    const none = applied(one, config({ minReadySeconds: 1 }), 'bob');
    expect(none.spec).toEqual({ paused: true, minReadySeconds: 1 });
  });

  it("what is no longer applied goes, with its emptied list item, and leaves others' items alone", () => {
    const first = applied(
      undefined,
      config(containers({ name: 'web', image: '1' }, { name: 'log', image: '1' })),
      'alice',
    );
    const second = applied(first, config(containers({ name: 'side', image: 's' })), 'bob');
    const third = applied(second, config(containers({ name: 'web', image: '2' })), 'alice');
    expect(third.spec).toEqual(containers({ name: 'web', image: '2' }, { name: 'side', image: 's' }));
  });

  it('an update takes the fields it changes away from those who applied them', () => {
    const live = applied(undefined, config({ replicas: 2, paused: false }), 'alice');
    const scaled = updated(live, { ...live, spec: { replicas: 5, paused: false } }, 'scaler');
    expect(ownersOf(scaled, 'f:spec f:replicas')).toEqual(['scaler']);
    expect(ownersOf(scaled, 'f:spec f:paused')).toEqual(['alice']);
    expect(() => applied(scaled, config({ replicas: 2, paused: false }), 'alice')).toThrow('conflict with "scaler"');
    expect(applied(scaled, config({ paused: false }), 'alice').spec).toEqual({ replicas: 5, paused: false });
  });

  it('an object nobody is recorded for belongs to before-first-apply', () => {
    expect(() => applied(config({ replicas: 2 }), config({ replicas: 3 }), 'me')).toThrow(
      'conflict with "before-first-apply" using apps/v1: .spec.replicas',
    );
  });

  it('a selector is one piece', () => {
    const live = applied(undefined, config({ selector: { matchLabels: { a: '1' } } }), 'alice');
    expect(ownersOf(live, 'f:spec f:selector')).toEqual(['alice']);
    expect(applied(live, config({ selector: { matchLabels: { b: '2' } } }), 'alice').spec).toEqual({
      selector: { matchLabels: { b: '2' } },
    });
  });

  it('ports without a protocol are the TCP ones', () => {
    const live = config(containers({ name: 'web', ports: [{ containerPort: 80, protocol: 'TCP' }] }));
    const next = applied(
      live,
      config(containers({ name: 'web', ports: [{ containerPort: 80, name: 'http' }] })),
      'me',
      true,
    );
    expect(next.spec).toEqual(
      containers({ name: 'web', ports: [{ containerPort: 80, protocol: 'TCP', name: 'http' }] }),
    );
  });

  it('ten updaters are kept, older ones become ancient-changes', () => {
    let live: Json = config({});
    for (let i = 0; i < 14; i++) live = updated(live, { ...live, [`f${i}`]: i }, `m${i}`);
    const names = managersOf(live).map(({ manager }) => manager);
    expect(names).toHaveLength(10);
    expect(names).toContain('ancient-changes');
  });
});

const leaf = fc.constantFrom('x', 'y', 1, true);
const spec = fc.dictionary(
  fc.constantFrom('replicas', 'paused', 'a', 'b', 'c'),
  fc.oneof(leaf, fc.dictionary(fc.constantFrom('x', 'y'), leaf, { minKeys: 1, noNullPrototype: true })),
  { minKeys: 1, noNullPrototype: true },
);

describe('laws of ownership', () => {
  it('after a forced apply the object holds all that was applied, and applying it again changes nothing', () => {
    fc.assert(
      fc.property(spec, spec, spec, (first, second, third) => {
        const live = applied(
          applied(applied(undefined, config(first), 'alice'), config(second), 'bob', true),
          config(third),
          'alice',
          true,
        );
        for (const [path, wanted] of leavesOf(config(third), SHAPE))
          expect(leavesOf(live, SHAPE).get(path)).toEqual(wanted);
        expect(applied(live, config(third), 'alice')).toEqual(live);
      }),
    );
  });

  it('nobody owns a field that is not there', () => {
    fc.assert(
      fc.property(spec, spec, (first, second) => {
        const live = applied(applied(undefined, config(first), 'alice'), config(second), 'alice');
        const there = new Set(leavesOf(live, SHAPE).keys());
        for (const { fields } of managersOf(live)) for (const field of fields) expect(there).toContain(field);
        expect(live.spec).toEqual(second);
      }),
    );
  });

  it('a field set survives fieldsV1', () => {
    fc.assert(
      fc.property(spec, (some) => {
        const set = new Set(leavesOf(config(some), SHAPE).keys());
        expect(fromFieldsV1(toFieldsV1(set))).toEqual(set);
      }),
    );
    const nested = { 'f:a': { '.': {}, 'k:{"name":"x"}': { '.': {}, 'f:name': {} } } };
    expect(toFieldsV1(fromFieldsV1(nested))).toEqual(nested);
    expect(isRecord(toFieldsV1(new Set()))).toBe(true);
  });
});
