import type { TopologyEdge } from '@mosaic/wire';
import { describe, expect, it } from 'vitest';
import { explanationOf } from '../../testing/evidence.ts';
import { endsOfId, figuresOf, ownId, sayRate, siblingsOf, trafficOf } from './traffic.ts';
import { hopsOf, sayLease, sureness } from './words.ts';

const edge = (from: string, to: string, more: Partial<TopologyEdge> = {}): TopologyEdge => ({
  id: `connects~${from}~${to}~80/tcp`,
  from,
  to,
  relation: 'connects',
  ...more,
});

it('what fails stands first, then what is busiest; to itself is said once', () => {
  const edges = [
    edge('me', 'calm', { rate: 9, failed: 0.004 }),
    edge('me', 'failing', { rate: 1, failed: 0.4 }),
    edge('me', 'busy', { rate: 10 }),
    edge('other', 'me'),
    edge('me', 'me', { rate: 0.1 }),
    { ...edge('me', 'declared'), relation: 'declared' as const },
  ];
  const { out, in: incoming } = trafficOf(edges, 'me');
  expect(out.map(({ to }) => to)).toEqual(['failing', 'busy', 'calm', 'me']);
  expect(incoming.map(({ from }) => from)).toEqual(['other']);
});

describe('numbers of a connection in words', () => {
  it.each([
    [0, '0/s'],
    [1.75, '1.75/s'],
    [320, '320/s'],
    [0.03667, '2.2/min'],
    [0.0005, '1.8/h'],
  ])('%d per second is %s', (rate, said) => expect(sayRate(rate)).toBe(said));

  it('only what is worth it is said', () => {
    expect(figuresOf(edge('a', 'b', { bytes: 2048, failed: 0.38, retransmits: 0.00001 }))).toEqual([
      '2 KiB/s',
      '38 % fail',
    ]);
  });
});

it('an edge drawn through a Service is explained as itself', () => {
  const id = 'connects~1:Deployment:a:b~1:Service:a:c~80/tcp';
  expect(ownId(`${id}~1:Deployment:a:c`, (one) => one === id)).toBe(id);
  expect(endsOfId(id)).toEqual({
    relation: 'connects',
    from: '1:Deployment:a:b',
    to: '1:Service:a:c',
    port: '80/tcp',
  });
});

describe('why an edge is believed', () => {
  const at = Date.parse('2026-11-20T03:12:00Z');
  const seen = explanationOf('/api/v1/topology/edges/connects~a~b/explain', at)?.connections?.[0];

  it('before translation the Service was called, after it a pod answered', () => {
    expect(seen && hopsOf(seen).map(({ address, what }) => `${address} ${what}`)).toEqual([
      '10.244.1.7 caller',
      '10.96.14.3:8081 called (Service)',
      '10.244.2.9:8081 answered',
    ]);
  });
  it('without translation there are two ends', () => {
    expect(seen && hopsOf({ ...seen, server: seen.called, nat: 'none' }).length).toBe(2);
  });
  it.each([
    [seen?.toLease ?? '', '10.244.2.9 was shop/payments-x since 03:11:00.'],
    ['NodePort', 'The port is the NodePort of a Service.'],
    ['something new', 'something new'],
  ])('%s', (text, said) => expect(sayLease(text, at)).toBe(said));
  it.each([
    [1, 'Certain'],
    [0.9, 'Very likely'],
    [0.5, 'Perhaps'],
    [0, 'Not known'],
  ])('%d is %s', (confidence, said) => expect(sureness(confidence)).toBe(said));
});

it('other ports between the same two are told, also through another Service', () => {
  const port = (to: string, n: number, more: Partial<TopologyEdge> = {}): TopologyEdge => ({
    ...edge('me', to, { port: n, ...more }),
    id: `connects~me~${to}~${n}/tcp`,
  });
  const all = [
    port('you', 80),
    port('you', 81, { failed: 0.5 }),
    port('service', 82),
    { ...edge('service', 'you'), id: 'selects~service~you', relation: 'selects' as const },
    port('other', 80),
    edge('you', 'me'),
  ];
  const [first] = all;
  expect(siblingsOf(all, first as TopologyEdge).map(({ port }) => port)).toEqual([81, 82]);
  expect(siblingsOf(all, port('other', 80))).toEqual([]);
});
