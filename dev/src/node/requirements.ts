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

/** What decides whether a node can run. */
export interface Host {
  readonly platform: string;
  readonly uid: number | undefined;
  /** The effective ones, as capabilities(7) numbers them. */
  readonly capabilities: bigint;
  readonly hasCgroups: boolean;
}

const CAPABILITIES = { CAP_NET_ADMIN: 12n, CAP_SYS_ADMIN: 21n };

/** Why no node can run here; undefined when one can. */
export function whyNoNode(host: Host = thisHost()): string | undefined {
  if (host.platform !== 'linux') return `a node needs Linux; this is ${host.platform}`;
  if (host.uid !== 0)
    return 'a node needs root: containers, network namespaces and nftables are made; run it with sudo or in a virtual machine of its own';
  const missing = Object.entries(CAPABILITIES).filter(([, bit]) => ((host.capabilities >> bit) & 1n) === 0n);
  if (missing.length > 0)
    return `a node needs ${missing.map(([name]) => name).join(' and ')}, which this container was not given; run it with --privileged or on a machine of its own`;
  if (!host.hasCgroups) return 'a node needs cgroups, and /sys/fs/cgroup is missing';
  return undefined;
}

function thisHost(): Host {
  const { platform } = process;
  const status = platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
  const capabilities = BigInt(`0x${/^CapEff:\s*([\da-f]+)/m.exec(status)?.[1] ?? '0'}`);
  return { platform, uid: process.getuid?.(), capabilities, hasCgroups: existsSync('/sys/fs/cgroup') };
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
