import { expect, test } from 'vitest';
import { type Host, whyNoNode } from './requirements.ts';

const able: Host = { platform: 'linux', uid: 0, capabilities: (1n << 41n) - 1n, hasCgroups: true };
const without = (bit: bigint): bigint => able.capabilities & ~(1n << bit);

test.each<[string, Partial<Host>, RegExp | undefined]>([
  ['root on Linux', {}, undefined],
  ['root without CAP_SYS_RESOURCE, as in many virtual machines', { capabilities: without(24n) }, undefined],
  ['a Mac', { platform: 'darwin' }, /needs Linux; this is darwin/],
  ['a user', { uid: 1000 }, /needs root.*sudo/],
  ['Windows, which has no users of that kind', { platform: 'win32', uid: undefined }, /needs Linux/],
  ['a container that may not make links', { capabilities: without(12n) }, /needs CAP_NET_ADMIN, .*--privileged/],
  ['a container as Docker makes it', { capabilities: 0xa80425fbn }, /CAP_NET_ADMIN and CAP_SYS_ADMIN/],
  ['no cgroups', { hasCgroups: false }, /\/sys\/fs\/cgroup is missing/],
])('%s: told whether a node can run, and what to do', (_, host, reason) => {
  const told = whyNoNode({ ...able, ...host });
  if (reason === undefined) expect(told).toBeUndefined();
  else expect(told).toMatch(reason);
});
