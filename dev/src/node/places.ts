// Where the node is on this machine. A machine has one: its names are fixed, so that what a crash left behind is found by anyone.

import { join } from 'node:path';

export const FOLDER = '/var/lib/mosaic-dev-node';
export const inFolder = (...parts: string[]): string => join(FOLDER, ...parts);

export const CONTAINERD_SOCKET = inFolder('containerd.sock');
/** The kubelet's; `/var/log/containers` is fixed in its code, so both are where every node has them. */
export const POD_LOGS = '/var/log/pods';
export const CONTAINER_LOGS = '/var/log/containers';

/** The node's end of a cable to the other cluster. */
export const LINK = 'mosaic-node';
export const CABLE = '10.98.0.0/24';
export const NODE_ADDRESS = '10.98.0.1';
export const OTHER_NODE = 'mosaic-other-node';
export const OTHER_NODE_ADDRESS = '10.98.0.2';
export const OTHER_POD = 'mosaic-other-pod';
/** On purpose an address that a pod of ours has too: a pod's address means something in its own cluster only. */
export const OTHER_POD_ADDRESS = '10.244.0.2';
export const OTHER_GATEWAY = '10.244.0.1';

export const POD_RANGE = '10.244.0.0/16';
export const SERVICE_RANGE = '10.96.0.0/16';

/** In nftables of the machine: ours, and those kube-proxy makes. */
export const MASQUERADE = 'mosaic-dev-node';
export const TABLES = [`ip ${MASQUERADE}`, 'ip kube-proxy', 'ip6 kube-proxy'];
