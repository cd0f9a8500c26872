import { expect, test } from 'vitest';
import { datapathOf } from './datapath.ts';
import { recorded } from './testing.ts';

const dev = (...names: readonly string[]): string =>
  ['Inter-|   Receive', ' face |bytes', ...names.map((name) => `${name.padStart(6)}: 0 0 0`)].join('\n');

test.each([
  ['kube-proxy’s node', recorded('proc/1/net/dev'), 'plain'],
  ['Cilium', dev('lo', 'eth0', 'cilium_net', 'cilium_host', 'lxc12'), 'cilium'],
  ['Calico in eBPF mode', dev('lo', 'bpfin.cali', 'bpfout.cali', 'cali1'), 'calico-ebpf'],
  ['Calico with iptables', dev('lo', 'eth0', 'cali1234', 'tunl0', 'vxlan.calico'), 'plain'],
  ['nothing to read', '', 'plain'],
])('%s', (_, text, expected) => {
  expect(datapathOf(text)).toBe(expected);
});
