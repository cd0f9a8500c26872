// What a machine must be and have for a node: Linux, root, no other kubelet, and some programs of Debian's.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { allOf, type Told } from '../install.ts';
import { FOLDER } from './places.ts';

export const CNI_PLUGINS = '/usr/lib/cni';

const CNI_PACKAGE = 'containernetworking-plugins';
const DEBIAN = {
  containerd: 'containerd',
  runc: 'runc',
  nft: 'nftables',
  conntrack: 'conntrack',
  ip: 'iproute2',
  sysctl: 'procps',
  kubectl: 'kubernetes-client',
  [`${CNI_PLUGINS}/ptp`]: CNI_PACKAGE,
  [`${CNI_PLUGINS}/host-local`]: CNI_PACKAGE,
  [`${CNI_PLUGINS}/loopback`]: CNI_PACKAGE,
};

/** Why no node can run here; undefined when one can. */
export function whyNoNode(): string | undefined {
  if (process.platform !== 'linux') return `a node needs Linux; this is ${process.platform}`;
  if (process.getuid?.() !== 0)
    return 'a node needs root: containers, network namespaces and nftables are made; run it with sudo or in a virtual machine of its own';
  if (!existsSync('/sys/fs/cgroup')) return 'a node needs cgroups, and /sys/fs/cgroup is missing';
  return undefined;
}

/** Throws with the reason when no node can run here. */
export function requireMachine(): void {
  const reason = whyNoNode();
  if (reason !== undefined) throw new Error(reason);
}

/** Throws when somebody else's kubelet runs here. */
export function requireNoOtherKubelet(): void {
  const other = otherKubelet();
  if (other !== undefined)
    throw new Error(
      `another kubelet runs here (process ${other}); its pods' cgroups, logs and rules would get mixed with ours: stop it, or use a machine of its own`,
    );
}

function otherKubelet(): string | undefined {
  return readdirSync('/proc').find((pid) => {
    const [program = '', ...args] = commandLine(pid);
    return /(^|\/)kubelet$/.test(program) && !args.some((arg) => arg.includes(FOLDER));
  });
}

/** Empty for a process that is gone, or is the kernel's. */
export function commandLine(pid: string): string[] {
  if (!/^\d+$/.test(pid)) return [];
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** What Debian brings, when it is missing. */
export const installNodePackages = (told: Told): Promise<void> => allOf(DEBIAN, told);
