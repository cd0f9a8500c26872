// A /proc written by a test: processes, their sockets and conntrack as the kernel would print them.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@mosaic/runtime';
import type { Connection } from '@mosaic/wire';
import type { PodOnNode } from '../ports.ts';
import { type ConnectionCollector, type ConnectionOptions, connectionCollector } from './collector.ts';
import { STATE } from './proc-net.ts';
import { type HandClock, handClock, hostAt, podsOf, type Sent, sent } from './testing.ts';

export const HOST = 1;

export interface Row {
  /** `10.0.0.1:80`. */
  readonly local: string;
  /** Default: a listener's. */
  readonly remote?: string;
  readonly state?: keyof typeof STATE;
  readonly inode?: number;
  readonly retransmits?: number;
}

export interface Running {
  readonly pid: number;
  readonly namespace: number;
  /** `pod/container`, else the machine's own. */
  readonly of?: string;
  readonly comm?: string;
  readonly inodes?: readonly number[];
}

export interface FakeNode {
  readonly clock: HandClock;
  readonly out: Sent;
  readonly collector: ConnectionCollector;
  readonly root: string;
  run(...processes: readonly Running[]): void;
  end(pid: number): void;
  /** The tables of a process's namespace. */
  tcp(pid: number, rows: readonly Row[]): void;
  udp(pid: number, rows: readonly Row[]): void;
  conntrack(...lines: readonly string[]): void;
  /** Looks every 2.5 s for so long; answers what was told meanwhile. */
  look(ms?: number): Promise<readonly Connection[]>;
  remove(): void;
}

/** Pods are named by four letters at most: their uids begin with them. */
export const uidOf = (pod: string): string =>
  `${Buffer.from(pod.padEnd(4, '.')).toString('hex')}-0000-4000-8000-000000000000`;
const podOf = (uid: string): string => Buffer.from(uid.slice(0, 8), 'hex').toString().replaceAll('.', '');
export const idOf = (pod: string, container: string): string =>
  Buffer.from(`${pod}/${container}`.padEnd(32, '.')).toString('hex').slice(0, 64);

export const BEGAN = Date.UTC(2026, 10, 21, 4);

export function fakeNode(pods: readonly PodOnNode[] = [], options: Partial<ConnectionOptions> = {}): FakeNode {
  const root = mkdtempSync(join(tmpdir(), 'mosaic-proc-'));
  const proc = join(root, 'proc');
  const clock = handClock(BEGAN);
  const out = sent();
  const node: FakeNode = {
    ...{ clock, out, root },
    collector: connectionCollector({
      ...{ host: hostAt(root), pods: podsOf(pods), out, node: 'node-1', clock, log: silentLog, conntrack: 'file' },
      ...options,
    }),
    run(...processes) {
      for (const { pid, namespace, of, comm = 'app', inodes = [] } of processes) {
        const folder = join(proc, String(pid));
        for (const name of ['ns', 'net', 'fd']) mkdirSync(join(folder, name), { recursive: true });
        symlinkSync(`net:[${namespace}]`, join(folder, 'ns/net'));
        writeFileSync(join(folder, 'cgroup'), cgroupOf(of));
        writeFileSync(join(folder, 'comm'), `${comm}\n`);
        for (const [fd, inode] of inodes.entries()) symlinkSync(`socket:[${inode}]`, join(folder, 'fd', String(fd)));
        node.tcp(pid, []);
        node.udp(pid, []);
      }
    },
    end: (pid) => rmSync(join(proc, String(pid)), { recursive: true }),
    tcp: (pid, rows) => writeFileSync(join(proc, String(pid), 'net/tcp'), tableOf(rows)),
    udp: (pid, rows) => writeFileSync(join(proc, String(pid), 'net/udp'), tableOf(rows)),
    conntrack: (...lines) => writeFileSync(join(proc, '1/net/nf_conntrack'), lines.map((line) => `${line}\n`).join('')),
    async look(ms = 10_000) {
      const before = out.connections().length;
      for (let looked = 0; looked < ms; looked += 2_500) {
        clock.turn(2_500);
        await node.collector.pass();
      }
      return out.connections().slice(before);
    },
    remove: () => rmSync(root, { recursive: true }),
  };
  node.run({ pid: 1, namespace: HOST, comm: 'init' });
  return node;
}

function cgroupOf(of: string | undefined): string {
  const [pod = '', container = ''] = of?.split('/') ?? [];
  return of === undefined ? '0::/\n' : `0::/kubepods/pod${uidOf(pod)}/${idOf(pod, container)}\n`;
}

const HEADER = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

const tableOf = (rows: readonly Row[]): string =>
  HEADER +
  rows
    .map(
      (
        {
          local,
          remote = '0.0.0.0:0',
          state = remote === '0.0.0.0:0' ? 'listen' : 'established',
          inode = 0,
          retransmits = 0,
        },
        i,
      ) => {
        const st = STATE[state].toString(16).padStart(2, '0').toUpperCase();
        const sent = retransmits.toString(16).padStart(8, '0');
        return `${String(i).padStart(4)}: ${hexOf(local)} ${hexOf(remote)} ${st} 00000000:00000000 00:00000000 ${sent}     0        0 ${inode} 1 0\n`;
      },
    )
    .join('');

function hexOf(address: string): string {
  const [ip = '', port] = address.split(':');
  const bytes = ip.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));
  return `${bytes.reverse().join('')}:${Number(port).toString(16).padStart(4, '0')}`.toUpperCase();
}

/** An entry as /proc/net/nf_conntrack has it. `to`: where it was led, `as`: on whose behalf. */
export function entry(
  state: string,
  from: string,
  called: string,
  {
    to = called,
    as = from,
    more = '',
    bytes,
  }: { to?: string; as?: string; more?: string; bytes?: readonly [number, number] } = {},
): string {
  const way = (source: string, target: string, count?: number): string => {
    const [src, sport] = source.split(':');
    const [dst, dport] = target.split(':');
    return `src=${src} dst=${dst} sport=${sport} dport=${dport}${count === undefined ? '' : ` packets=1 bytes=${count}`}`;
  };
  const isNew = state === 'SYN_SENT';
  const flag = isNew ? '' : state === 'SYN_RECV' ? '' : ' [ASSURED]';
  const name = state === 'UDP' ? 'udp      17 29' : `tcp      6 100 ${state}`;
  return `ipv4     2 ${name} ${way(from, called, bytes?.[0])}${isNew ? ' [UNREPLIED]' : ''} ${way(to, as, bytes?.[1])}${flag} mark=0 zone=0${more} use=2`;
}

/** Who, whom, by which address, how known; then open, opened, closed, failed. */
export const brief = ({
  client,
  server,
  original,
  nat,
  side,
  method,
  open,
  opened,
  closed,
  failed,
}: Connection): string =>
  [
    `${nameOf(client)} → ${nameOf(server)}:${server.port}${original ? ` as ${original.ip}:${original.port}` : ''}`,
    `${nat} ${side} ${method}`,
    `${open} ${opened} ${closed} ${failed}`,
  ].join(' | ');

const nameOf = ({ ip, podUid, container }: Connection['client']): string =>
  podUid === undefined ? ip : `${podOf(podUid)}${container ? `/${container}` : ''}`;
