import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInKinds } from '../kinds/built-in.ts';
import type { KubeObject } from '../port.ts';
import { fieldTest } from './fields.ts';
import { labelTest, matchesSelector } from './labels.ts';

const SHOP = { app: 'shop', tier: 'web', n: '5', 'mosaic.dev/team': 'a' };

describe('label selectors', () => {
  it.each([
    ['', true],
    ['app=shop', true],
    ['app==shop', true],
    ['app!=shop', false],
    ['missing!=shop', true],
    ['app in (shop, cart)', true],
    ['app in (cart)', false],
    ['app notin (cart)', true],
    ['missing notin (cart)', true],
    ['tier', true],
    ['!tier', false],
    ['! missing', true],
    ['app=shop,tier=web,!x', true],
    ['app in (a,b),tier', false],
    ['mosaic.dev/team=a', true],
    ['n>4', true],
    ['n<5', false],
    ['missing=', false],
  ])('%s selects: %s', (selector, expected) => {
    expect(labelTest(selector)?.(SHOP) ?? true).toBe(expected);
  });

  it.each(['=a', 'a=b c', 'a in b', 'a in (b', 'a b', '-x=1', `a=${'x'.repeat(64)}`, 'a,,b', 'a in ($)'])(
    '%s is refused as a bad request',
    (selector) => {
      expect(() => labelTest(selector)).toThrow(expect.objectContaining({ code: 400 }));
    },
  );

  it('any text is either a selector or a bad request', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          labelTest(text)?.(SHOP);
        } catch (error) {
          expect(error).toMatchObject({ code: 400 });
        }
      }),
    );
  });

  it('an object selects by labels and expressions together', () => {
    const selector = {
      matchLabels: { app: 'shop' },
      matchExpressions: [{ key: 'tier', operator: 'In', values: ['web'] }],
    };
    expect(matchesSelector(selector, SHOP)).toBe(true);
    expect(matchesSelector(selector, { app: 'shop' })).toBe(false);
  });
});

const kindOf = (name: string, group = '') => {
  const found = builtInKinds().find((kind) => kind.kind === name && kind.group === group);
  if (found === undefined) throw new Error(`no kind ${name}`);
  return found;
};

const object = (fields: object): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'shop', uid: 'u', resourceVersion: '1', creationTimestamp: '' },
  ...fields,
});

describe('field selectors', () => {
  const running = object({ spec: { nodeName: 'n1' }, status: { phase: 'Running' } });
  const event = object({
    involvedObject: { kind: 'Pod', name: 'a' },
    type: 'Warning',
    reason: 'BackOff',
    source: { component: 'kubelet' },
  });

  it.each([
    ['metadata.name=a', true],
    ['metadata.namespace!=shop', false],
    ['status.phase=Running,spec.nodeName=n1', true],
    ['status.phase!=Succeeded,status.phase!=Failed', true],
    ['spec.nodeName=', false],
    ['spec.hostNetwork=false', true],
  ])('pods by %s: %s', (selector, expected) => {
    expect(fieldTest(kindOf('Pod'), selector)?.(running)).toBe(expected);
  });

  it.each([
    ['involvedObject.kind=Pod,involvedObject.name=a', true],
    ['type!=Normal', true],
    ['reason=Killing', false],
    ['source=kubelet', true],
  ])('events by %s: %s', (selector, expected) => {
    expect(fieldTest(kindOf('Event'), selector)?.(event)).toBe(expected);
  });

  it('events of events.k8s.io are selected by their own names of the same fields', () => {
    expect(fieldTest(kindOf('Event', 'events.k8s.io'), 'regarding.name=a')?.(event)).toBe(true);
  });

  it('a field that is not indexed is refused in the words of Kubernetes', () => {
    expect(() => fieldTest(kindOf('Pod'), 'spec.color=red')).toThrow('field label not supported: spec.color');
    expect(() => fieldTest(kindOf('ConfigMap'), 'data.a=b')).toThrow(
      '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"',
    );
    expect(() => fieldTest(kindOf('Pod'), 'nonsense')).toThrow(expect.objectContaining({ code: 400 }));
  });
});

describe('selectors with odd characters', () => {
  const labels = { 'x.dev/a_b-C.9': 'v_1.2-Z', empty: '', n: '7', toString: 'own' };

  it.each([
    ['x.dev/a_b-C.9=v_1.2-Z', true],
    ['  x.dev/a_b-C.9  in  ( q , v_1.2-Z )  ,  n ', true],
    ['empty=', true],
    ['empty in ()', true],
    ['missing notin (a,b)', true],
    ['n>6,n<8', true],
    ['empty>6', false],
    ['toString=own,!hasOwnProperty', true],
    ['constructor', false],
  ])('%j means %s', (selector, expected) => {
    expect(labelTest(selector)?.(labels)).toBe(expected);
  });

  it.each([
    'a=b c',
    'a,',
    ',a',
    '=b',
    'a==b=c',
    '!a=b',
    'a in (b',
    'a in b)',
    'a in',
    'a>x',
    'a<1.5',
    'ä=1',
    'a=ü',
    'a=%00',
    'A.B/c=d',
    'a//b=c',
    '-a=b',
    `a=${'x'.repeat(64)}`,
    'a in (b\nc)',
    "a='b'",
    'a=b;c=d',
    '*',
    `${'a,'.repeat(9000)}a`,
  ])('%j is refused and named', (selector) => {
    expect(() => labelTest(selector)).toThrow(expect.objectContaining({ code: 400 }));
  });

  it.each([
    [String.raw`metadata.name=a\,b`, 'a,b', true],
    [String.raw`metadata.name=a\=b`, 'a=b', true],
    [String.raw`metadata.name=a\\b`, String.raw`a\b`, true],
    ['metadata.name==a', 'a', true],
    [' metadata.name = a ', 'a', true],
    ['metadata.name!=', 'a', true],
    ['metadata.name=日本', '日本', true],
    ['status.podIPs=10.0.0.1', 'a', false],
  ])('field selector %j against %j: %s', (selector, name, expected) => {
    const pod = object({ status: { podIPs: [{ ip: '10.0.0.1' }] } });
    expect(fieldTest(kindOf('Pod'), selector)?.({ ...pod, metadata: { ...pod.metadata, name } })).toBe(expected);
  });

  it('fields that a definition makes selectable are selected by', () => {
    const widget = {
      ...kindOf('ConfigMap'),
      group: 'x.dev',
      kind: 'Widget',
      resource: 'widgets',
      selectableFields: ['.spec.color'],
    };
    const red = object({ spec: { color: 'red', size: 3 } });
    expect(fieldTest(widget, 'spec.color=red')?.(red)).toBe(true);
    expect(fieldTest(widget, 'spec.color!=red')?.(red)).toBe(false);
    expect(() => fieldTest(widget, 'spec.size=3')).toThrow('field label not supported: spec.size');
  });
});
