import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kindNamed, objectNamed } from './kinds.ts';
import { kubectlLine } from './kubectl.ts';
import { momentsIn } from './moments.ts';
import { networkOf } from './networks.ts';
import { fieldsOf, QUESTIONS, readWish, wishText } from './wish.ts';

const typed = fc
  .string({ minLength: 1, maxLength: 20 })
  .map((text) => text.trim())
  .filter((text) => text !== '');
const wishes = fc
  .constantFrom(...QUESTIONS)
  .chain((question) =>
    fc
      .record(Object.fromEntries(fieldsOf(question).map((field) => [field, typed])), { requiredKeys: [] })
      .map((fields) => ({ question, fields })),
  );

describe('a question is the words of the command line', () => {
  it('and is read back from them, whatever was typed', () => {
    fc.assert(
      fc.property(wishes, (wish) => {
        expect(readWish(wishText(wish))).toEqual(wish);
      }),
    );
  });

  it.each([
    [
      'changes --from "yesterday 22:00" -n shop',
      { question: 'changes', fields: { from: 'yesterday 22:00', namespace: 'shop' } },
    ],
    [
      "diff deploy/checkout -n shop --to '03:12'",
      { question: 'diff', fields: { object: 'deploy/checkout', namespace: 'shop', to: '03:12' } },
    ],
    ['who 10.0.0.0/16 --at now-6h', { question: 'who', fields: { what: '10.0.0.0/16', at: 'now-6h' } }],
  ])('%s', (text, wish) => expect(readWish(text)).toEqual(wish));

  it('nothing else is a question', () => {
    for (const text of ['', 'delete everything', '--from now']) expect(readWish(text)).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => void readWish(text)));
  });
});

describe('instants', () => {
  const now = Date.parse('2026-11-21T09:00:00Z');
  const read = (fields: object) => momentsIn({ question: 'changes', fields }, now, 'Europe/Berlin');

  it('are read as people write them', () => {
    expect(read({ from: 'yesterday 03:12', to: 'now-1h' })).toEqual({
      at: { from: Date.parse('2026-11-20T02:12:00Z'), to: now - 3_600_000 },
      errors: {},
    });
  });

  it('that could be two say which, and a span does not end before it begins', () => {
    expect(read({ from: 'saturday 09:00' }).errors.from).toContain('could be any of these');
    expect(read({ from: 'now-1h', to: 'now-2h' }).errors.from).toBe('From is after To');
  });

  it('an object is needed where it is asked about', () => {
    expect(momentsIn({ question: 'blame', fields: {} }, now).errors.object).toBe('Object is needed');
  });
});

it.each([
  ['deploy/checkout', { kind: 'Deployment', name: 'checkout' }],
  ['pods/a', { kind: 'Pod', name: 'a' }],
  ['Ingress/a', { kind: 'Ingress', name: 'a' }],
  ['networkpolicies/a', { kind: 'NetworkPolicy', name: 'a' }],
  ['rollout/a', { kind: 'rollout', name: 'a' }],
  ['checkout', undefined],
  ['a/b/c', undefined],
])('%s names an object', (words, object) => expect(objectNamed(words)).toEqual(object));

it('a kind nobody knows stays as it is', () => expect(kindNamed('Gizmo')).toBe('Gizmo'));

it.each([
  ['10.0.3.0/24', '10.0.3.255', true],
  ['10.0.3.0/24', '10.0.4.0', false],
  ['10.0.3.7', '10.0.3.7', true],
  ['fd00::/64', 'fd00:0:0:0::1', true],
  ['fd00::1', 'fd00:0::0001', true],
  ['0.0.0.0/0', 'fd00::1', false],
  ['10.0.0.0/8', 'worker-1', false],
])('%s holds %s: %s', (network, address, holds) => expect(networkOf(network)?.(address)).toBe(holds));

it('what is no network is none', () => {
  for (const text of ['', 'checkout', '10.0.0.256', '10.0.0.0/33', '10.0.0.0/', 'shop/cart:1', '1::2::3', ':::'])
    expect(networkOf(text)).toBeUndefined();
});

const about = { origin: 'http://localhost:9000', at: Date.parse('2026-11-20T03:12:00Z'), cluster: 'eu-1' };
const SERVER = 'kubectl --kubeconfig=/dev/null --server=http://localhost:9000/at/2026-11-20T03:12:00Z/eu-1';
it.each([
  [
    { kind: 'Deployment', name: 'checkout', namespace: 'shop', apiVersion: 'apps/v1' },
    'get deployment checkout -n shop -o yaml',
  ],
  [{ kind: 'Pod', name: 'cart-0', namespace: 'shop', apiVersion: 'v1' }, 'get pod cart-0 -n shop -o yaml'],
  [{ kind: 'Node', name: 'n1', namespace: '', apiVersion: 'v1' }, 'get node n1 -o yaml'],
  [
    { kind: 'Rollout', name: 'a', namespace: 'b', apiVersion: 'argoproj.io/v1alpha1' },
    'get rollout.argoproj.io a -n b -o yaml',
  ],
  [{ kind: 'Namespace', name: 'shop', namespace: '' }, 'get pods -n shop'],
  [undefined, 'get pods -A'],
])('kubectl for %j', (node, words) => {
  expect(kubectlLine({ ...about, ...(node && { node }) })).toBe(`${SERVER} ${words}`);
});
