import { addressIn } from '@mosaic/wire';
import { expect, test } from 'vitest';
import { UsageError } from '../exit.ts';
import { isAddress, isNetwork, networkOf } from './addresses.ts';
import { wantedIn } from './who.ts';

test.each([
  ['10.0.3.7', 'ip'],
  ['10.0.3.0/24', 'ip'],
  ['fd00::12', 'ip'],
  ['fd00::/64', 'ip'],
  ['::1', 'ip'],
  ['shop/checkout:1.8.2', 'image'],
  ['checkout:1.8', 'image'],
  ['10.0.3.0/33', 'image'],
  ['sha256:abc', 'image'],
  ['checkout-7d9f8-x2x', 'name'],
  ['web.example', 'name'],
])('%s is an %s', (what, way) => {
  expect(wantedIn([what])).toEqual({ way, what });
});

test('a word before it says which it is', () => {
  expect(wantedIn(['image', 'checkout'])).toEqual({ way: 'image', what: 'checkout' });
  expect(wantedIn(['name', '10.0.0.1'])).toEqual({ way: 'name', what: '10.0.0.1' });
  expect(wantedIn(['image'])).toEqual({ way: 'name', what: 'image' });
});

test.each([[['ip', 'checkout']], [['pods', 'web']], [['ip', 'a', 'b']]])('%j is refused', (words) => {
  expect(() => wantedIn(words)).toThrow(UsageError);
});

test('a network holds its addresses however they are written, and no others', () => {
  expect(networkOf('10.0.3.0/24')('10.0.3.255')).toBe(true);
  expect(networkOf('10.0.3.0/24')('10.0.4.0')).toBe(false);
  expect(networkOf('fd00::/64')('fd00:0:0:0::1')).toBe(true);
  expect(networkOf('0.0.0.0/0')('fd00::1')).toBe(false);
  expect(networkOf('fd00::1')('fd00:0::0001')).toBe(true);
  expect([isNetwork('10.0.0.0/24'), isNetwork('10.0.0.0/'), isNetwork('10.0.0.0/8/8')]).toEqual([true, false, false]);
  expect(isAddress('10.0.0.256')).toBe(false);
});

test('an address is a pod’s, a Service’s or a node’s; one whose pod has ended is nobody’s', () => {
  const metadata = { name: 'a', uid: 'u' };
  const podIPs = [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }];
  expect(addressIn({ metadata, status: { podIPs, phase: 'Running' } }, networkOf('fd00::1'))).toBe('pod IP fd00::1');
  expect(addressIn({ metadata, status: { podIPs, phase: 'Succeeded' } }, networkOf('10.0.0.1'))).toBeUndefined();
  const service = { metadata, spec: { clusterIPs: ['10.96.0.1', 'None'], externalIPs: ['1.2.3.4'] } };
  expect(addressIn(service, networkOf('10.96.0.0/16'))).toBe('cluster IP 10.96.0.1');
  expect(addressIn(service, networkOf('1.2.3.4'))).toBe('external IP 1.2.3.4');
  const node = { metadata, status: { addresses: [{ address: 'worker-1' }, { address: '192.168.0.4' }] } };
  expect(addressIn(node, networkOf('192.168.0.4'))).toBe('node address 192.168.0.4');
  const balanced = { metadata, status: { loadBalancer: { ingress: [{ ip: '5.6.7.8' }] } } };
  expect(addressIn(balanced, networkOf('5.6.7.8'))).toBe('load balancer 5.6.7.8');
  expect(addressIn({ metadata }, networkOf('10.0.0.1'))).toBeUndefined();
});
