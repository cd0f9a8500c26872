import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slim } from '../testing.ts';
import { fieldDiff } from './field-diff.ts';
import { fieldTest, labelTest } from './selectors.ts';

describe('differences by field', () => {
  it('list items are known by their merge key, in whatever order', () => {
    const before = {
      spec: {
        containers: [
          { name: 'a', image: '1' },
          { name: 'b', image: '1' },
        ],
      },
    };
    const after = {
      spec: {
        containers: [
          { name: 'b', image: '2' },
          { name: 'a', image: '1' },
        ],
      },
    };
    expect(fieldDiff(before, after)).toEqual([
      { path: 'spec.containers[b].image', op: 'replace', before: '1', after: '2' },
    ]);
  });

  it('a thing does not differ from itself, and what is told of two differs', () => {
    fc.assert(
      fc.property(fc.object({ maxDepth: 3 }), fc.object({ maxDepth: 3 }), (a, b) => {
        expect(fieldDiff(a, structuredClone(a))).toEqual([]);
        for (const { op, before, after } of fieldDiff(a, b))
          expect(op === 'add' ? before : op === 'remove' ? after : 0).toBe(op === 'replace' ? 0 : undefined);
      }),
    );
  });

  it('versions and the book of managers are not told', () => {
    expect(
      fieldDiff(
        { metadata: { resourceVersion: '1', managedFields: [1] } },
        { metadata: { resourceVersion: '2', managedFields: [] } },
      ),
    ).toEqual([]);
  });
});

describe('selectors', () => {
  const cart = slim({ kind: 'Pod', name: 'cart-1', labels: { app: 'cart', env: 'dev' }, phase: 'Running', node: 'a' });
  it.each<[string, boolean]>([
    ['app=cart', true],
    ['app==cart,env=dev', true],
    ['app!=cart', false],
    ['tier!=db', true],
    ['env in (dev, test)', true],
    ['env notin (dev)', false],
    ['app', true],
    ['!app', false],
    ['!legacy,app', true],
  ])('label %s', (selector, expected) => {
    expect(labelTest(selector)(cart)).toBe(expected);
  });

  it.each<[string, boolean]>([
    ['metadata.name=cart-1', true],
    ['status.phase!=Running', false],
    ['spec.nodeName=a,metadata.namespace=shop', true],
  ])('field %s', (selector, expected) => {
    expect(fieldTest(selector)(cart)).toBe(expected);
  });

  it('rubbish is refused by name, never a crash', () => {
    expect(() => labelTest('a b c')).toThrow(/labelSelector/);
    expect(() => fieldTest('spec.x=1')).toThrow(/fieldSelector/);
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          labelTest(text)(cart);
        } catch (error) {
          expect(String(error)).toMatch(/labelSelector/);
        }
      }),
    );
  });
});
