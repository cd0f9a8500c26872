// The node's address, and at the other end of a cable another cluster: a node that does NAT, and a pod behind it.

import { run } from '../install.ts';
import {
  LINK,
  MASQUERADE,
  NODE_ADDRESS,
  OTHER_GATEWAY,
  OTHER_NODE,
  OTHER_NODE_ADDRESS,
  OTHER_POD,
  OTHER_POD_ADDRESS,
  POD_RANGE,
} from './places.ts';
import { setSysctls } from './sysctls.ts';

/** The other cluster's NodePort, and what it leads to in its pod. */
export const OTHER_NODE_PORT = 30_080;
export const OTHER_TARGET_PORT = 8080;

const ip = (...args: string[]) => run('ip', args);
const inNamespace = (namespace: string, ...command: string[]) => run('ip', ['netns', 'exec', namespace, ...command]);

export async function makeNetwork(): Promise<void> {
  setSysctls();
  await makeOtherCluster();
  // A pod that calls beyond the cluster does so from the node's address.
  await addNat('', MASQUERADE, `ip saddr ${POD_RANGE} ip daddr != ${POD_RANGE} masquerade`);
}

async function makeOtherCluster(): Promise<void> {
  await ip('netns', 'add', OTHER_NODE);
  await ip('netns', 'add', OTHER_POD);
  await ip('link', 'add', LINK, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', OTHER_NODE);
  await ip('address', 'add', `${NODE_ADDRESS}/24`, 'dev', LINK);
  await ip('link', 'set', LINK, 'up');
  await ip('-n', OTHER_NODE, 'link', 'add', 'pod0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', OTHER_POD);
  await ip('-n', OTHER_NODE, 'address', 'add', `${OTHER_NODE_ADDRESS}/24`, 'dev', 'eth0');
  await ip('-n', OTHER_NODE, 'address', 'add', `${OTHER_GATEWAY}/24`, 'dev', 'pod0');
  await ip('-n', OTHER_POD, 'address', 'add', `${OTHER_POD_ADDRESS}/24`, 'dev', 'eth0');
  for (const [namespace, links] of [
    [OTHER_NODE, ['lo', 'eth0', 'pod0']],
    [OTHER_POD, ['lo', 'eth0']],
  ] as const)
    for (const link of links) await ip('-n', namespace, 'link', 'set', link, 'up');
  await ip('-n', OTHER_POD, 'route', 'add', 'default', 'via', OTHER_GATEWAY);
  await inNamespace(OTHER_NODE, 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
  await inNamespace(OTHER_NODE, 'sysctl', '-qw', 'net.netfilter.nf_conntrack_acct=1');
  const nodePort = `ip daddr ${OTHER_NODE_ADDRESS} tcp dport ${OTHER_NODE_PORT} dnat to ${OTHER_POD_ADDRESS}:${OTHER_TARGET_PORT}`;
  await addNat(OTHER_NODE, 'other-cluster', 'oifname "eth0" masquerade', nodePort);
}

/** A table of one postrouting rule and perhaps one of prerouting; in the machine's own namespace when none is named. */
async function addNat(namespace: string, table: string, postrouting: string, prerouting = ''): Promise<void> {
  const rules = `table ip ${table} {
  chain postrouting {
    type nat hook postrouting priority srcnat
    ${postrouting}
  }
  chain prerouting {
    type nat hook prerouting priority dstnat
    ${prerouting}
  }
}`;
  await (namespace === '' ? run('nft', [rules]) : inNamespace(namespace, 'nft', rules));
}
