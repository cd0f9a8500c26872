// The kernel's settings that a node changes, read before and written back after.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What we set: pods are routed, and conntrack counts the bytes of each flow and says since when it is. */
const WANTED = {
  'net/ipv4/ip_forward': '1',
  'net/netfilter/nf_conntrack_acct': '1',
  'net/netfilter/nf_conntrack_timestamp': '1',
} as const;

/** What the kubelet, kube-proxy and the ptp plugin set by themselves. */
const TOUCHED = [
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/keys/root_maxkeys',
  'kernel/keys/root_maxbytes',
  'net/netfilter/nf_conntrack_tcp_timeout_established',
  'net/netfilter/nf_conntrack_tcp_timeout_close_wait',
];

const pathOf = (name: string): string => join('/proc/sys', name);

export function readSysctls(): Record<string, string> {
  const names = [...Object.keys(WANTED), ...TOUCHED];
  return Object.fromEntries(names.flatMap((name) => withValue(name, settingOf(name))));
}

const withValue = (name: string, value: string | undefined): [string, string][] =>
  value === undefined ? [] : [[name, value]];

export function setSysctls(): void {
  for (const [name, value] of Object.entries(WANTED)) if (settingOf(name) !== undefined) write(name, value);
}

export function restoreSysctls(before: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(before)) if (settingOf(name) !== value) write(name, value);
}

const write = (name: string, value: string): void => writeFileSync(pathOf(name), value);

/** Undefined where this kernel has none of that name. */
function settingOf(name: string): string | undefined {
  try {
    return readFileSync(pathOf(name), 'utf8').trim();
  } catch {
    return undefined;
  }
}
