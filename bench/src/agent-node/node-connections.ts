// The connections of a made-up machine, as its kernel would print them: socket tables by network namespace, and conntrack. Some end and others begin all the time.

import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { seeded } from '../bench.ts';
import type { NodePod } from './node-pods.ts';

const HOST_NETNS = 4_026_531_840;
const HOST_IP = '192.168.0.10';
const HOST_PROCESSES = 5;
const FIRST_HOST_PID = 500;
const HEADER = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const ESTABLISHED = '01';
const LISTEN = '0A';

export interface NodeConnections {
  /** So many of them end, and as many begin. */
  change(count: number): void;
}

interface Place {
  readonly ip: string;
  readonly pid: number;
  /** Undefined: the pod has a namespace to itself. */
  readonly fds: string | undefined;
}

interface Connection {
  readonly local: string;
  readonly remote: string;
  readonly inode: number;
  readonly entry: string;
}

/** `count` connections: half of a pod's are calls through a Service, the others come from elsewhere; a tenth are the machine's own. */
export function nodeConnections(root: string, pods: readonly NodePod[], count: number): NodeConnections {
  const random = seeded(5);
  const proc = join(root, 'proc');
  const own: Place[] = Array.from({ length: HOST_PROCESSES }, (_, n) => ({
    ...{ ip: HOST_IP, pid: FIRST_HOST_PID + n },
    fds: join(proc, String(FIRST_HOST_PID + n), 'fd'),
  }));
  const inPods: Place[] = pods.map(({ ip, pid }) => ({ ip, pid, fds: undefined }));
  const open = new Map<Place, Connection[]>([...own, ...inPods].map((place) => [place, []]));
  const lists = [...open];
  let inode = 100_000;

  const begin = (place: Place, list: Connection[]): void => {
    const port = 32_768 + (inode % 28_000);
    inode++;
    const other = `10.2.${Math.floor(random() * 20)}.${2 + Math.floor(random() * 250)}`;
    const isCall = place.fds !== undefined || random() < 0.5;
    const vip = `10.96.0.${1 + Math.floor(random() * 60)}`;
    const connection = isCall
      ? call(`${place.ip}:${port}`, `${vip}:80`, `${other}:8080`, inode)
      : called(`${place.ip}:8080`, `${other}:${port}`, inode);
    list.push(connection);
    if (place.fds !== undefined) symlinkSync(`socket:[${inode}]`, join(place.fds, String(inode)));
  };

  const tables = (places: Iterable<Place>): void => {
    for (const place of new Set([...places].map((one) => (one.fds === undefined ? one : own[0])))) {
      if (place === undefined) continue;
      const rows = place.fds === undefined ? (open.get(place) ?? []) : own.flatMap((one) => open.get(one) ?? []);
      write(join(proc, String(place.fds === undefined ? place.pid : 1), 'net/tcp'), tableOf(rows, place.ip));
    }
    write(join(proc, '1/net/nf_conntrack'), lists.flatMap(([, list]) => list.map(({ entry }) => entry)).join(''));
  };

  processes(proc, pods, own);
  for (let n = 0; n < count; n++) {
    const [place, list] =
      lists[n % 10 === 0 ? (n / 10) % HOST_PROCESSES : HOST_PROCESSES + (Math.floor(n * 0.9) % pods.length)] ?? [];
    if (place !== undefined && list !== undefined) begin(place, list);
  }
  tables(open.keys());
  return {
    change(many) {
      const touched = new Set<Place>();
      for (let n = 0; n < many; n++) {
        const [place, list] = lists[Math.floor(random() * lists.length)] ?? [];
        if (place === undefined || list === undefined || list.length === 0) continue;
        const ended = list.shift();
        if (place.fds !== undefined && ended !== undefined) rmSync(join(place.fds, String(ended.inode)));
        begin(place, list);
        touched.add(place);
      }
      tables(touched);
    },
  };
}

const call = (local: string, vip: string, backend: string, inode: number): Connection => ({
  ...{ local, remote: vip, inode },
  entry: entryOf(local, vip, backend, local),
});
const called = (local: string, remote: string, inode: number): Connection => ({
  ...{ local, remote, inode },
  entry: entryOf(remote, local, local, remote),
});

/** A line of /proc/net/nf_conntrack: who calls whom by which address, who answers to whom. */
function entryOf(from: string, to: string, answering: string, as: string): string {
  const way = (source: string, target: string, bytes: number): string => {
    const [src, sport] = source.split(':');
    const [dst, dport] = target.split(':');
    return `src=${src} dst=${dst} sport=${sport} dport=${dport} packets=9 bytes=${bytes}`;
  };
  return `ipv4     2 tcp      6 86399 ESTABLISHED ${way(from, to, 900)} ${way(answering, as, 9_000)} [ASSURED] mark=0 zone=0 use=2\n`;
}

const tableOf = (rows: readonly Connection[], ip: string): string =>
  HEADER +
  [
    row(0, `${ip}:8080`, '0.0.0.0:0', LISTEN, 1),
    ...rows.map(({ local, remote, inode }, n) => row(n + 1, local, remote, ESTABLISHED, inode)),
  ].join('');

const row = (n: number, local: string, remote: string, state: string, inode: number): string =>
  `${String(n).padStart(4)}: ${hexOf(local)} ${hexOf(remote)} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0\n`;

function hexOf(address: string): string {
  const [ip = '', port] = address.split(':');
  const bytes = ip.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));
  return `${bytes.reverse().join('')}:${Number(port).toString(16).padStart(4, '0')}`.toUpperCase();
}

function processes(proc: string, pods: readonly NodePod[], own: readonly Place[]): void {
  run(proc, { pid: 1, netns: HOST_NETNS, cgroup: '0::/\n', comm: 'init' });
  for (const { pid } of own)
    run(proc, {
      pid,
      netns: HOST_NETNS,
      cgroup: `0::/system.slice/service-${pid}.service\n`,
      comm: 'service',
      netOf: 1,
    });
  for (const { uid, container, pid, netns } of pods) {
    const pod = `0::/kubepods/burstable/pod${uid}`;
    run(proc, { pid, netns, cgroup: `${pod}/${container}\n`, comm: 'server' });
    const sandbox = container.split('').reverse().join('');
    run(proc, { pid: pid - 1, netns, cgroup: `${pod}/${sandbox}\n`, comm: 'pause', netOf: pid });
  }
}

interface Running {
  readonly pid: number;
  readonly netns: number;
  readonly cgroup: string;
  readonly comm: string;
  /** Processes of one namespace see the same tables. */
  readonly netOf?: number;
}

function run(proc: string, { pid, netns, cgroup, comm, netOf }: Running): void {
  const folder = join(proc, String(pid));
  for (const name of ['ns', 'fd']) mkdirSync(join(folder, name), { recursive: true });
  symlinkSync(`net:[${netns}]`, join(folder, 'ns/net'));
  write(join(folder, 'cgroup'), cgroup);
  write(join(folder, 'comm'), `${comm}\n`);
  if (netOf !== undefined) {
    symlinkSync(`../${netOf}/net`, join(folder, 'net'));
    return;
  }
  for (const name of ['tcp', 'udp']) write(join(folder, 'net', name), HEADER);
  write(join(folder, 'net/dev'), DEV);
}

const DEV = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
  eth0: 1000000    1000    0    0    0     0          0         0  2000000    2000    0    0    0     0       0          0
`;

/** At once, as the kernel answers. */
function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
