// Whether this machine's datapath translates addresses where no table shows it: Cilium's socket load-balancing, Calico's eBPF mode.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export type Datapath = 'plain' | 'cilium' | 'calico-ebpf';

/** By the interfaces they make. Cilium beside kube-proxy translates with a trace: what was seen stays seen. */
export function datapathOf(netDev: string): Datapath {
  const names = netDev.split('\n').flatMap((line) => /^\s*([^\s:]+):/.exec(line)?.[1] ?? []);
  if (names.some((name) => name === 'cilium_host' || name === 'cilium_net')) return 'cilium';
  return names.some((name) => /^bpf(in|out)\.cali$/.test(name)) ? 'calico-ebpf' : 'plain';
}

/** `plain` where nothing can be read. */
export async function detectDatapath(proc: string): Promise<Datapath> {
  return datapathOf(await readFile(join(proc, '1/net/dev'), 'utf8').catch(() => ''));
}
