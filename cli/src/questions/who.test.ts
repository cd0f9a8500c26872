import { expect, test } from 'vitest';
import { addressIn, isAddress, isImage } from './who.ts';

test.each([
  ['10.0.3.7', true, false],
  ['fd00::12', true, false],
  ['::1', true, false],
  ['shop/checkout:1.8.2', false, true],
  ['checkout:1.8', false, true],
  ['sha256:abc', false, true],
  ['checkout-7d9f8-x2x', false, false],
  ['web.example', false, false],
])('%s: address %s, image %s', (text, address, image) => {
  expect([isAddress(text), isImage(text)]).toEqual([address, image]);
});

test('an address is a pod’s, a Service’s or a node’s; one whose pod has ended is nobody’s', () => {
  const metadata = { name: 'a', uid: 'u' };
  const podIPs = [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }];
  expect(addressIn({ metadata, status: { podIPs, phase: 'Running' } }, 'fd00::1')).toBe('pod IP');
  expect(addressIn({ metadata, status: { podIPs, phase: 'Succeeded' } }, '10.0.0.1')).toBeUndefined();
  expect(addressIn({ metadata, spec: { clusterIPs: ['10.96.0.1'] } }, '10.96.0.1')).toBe('cluster IP');
  expect(addressIn({ metadata, spec: { externalIPs: ['1.2.3.4'] } }, '1.2.3.4')).toBe('external IP');
  expect(addressIn({ metadata, status: { addresses: [{ address: '192.168.0.4' }] } }, '192.168.0.4')).toBe(
    'node address',
  );
  expect(addressIn({ metadata, status: { loadBalancer: { ingress: [{ ip: '5.6.7.8' }] } } }, '5.6.7.8')).toBe(
    'load balancer',
  );
  expect(addressIn({ metadata }, '10.0.0.1')).toBeUndefined();
});
