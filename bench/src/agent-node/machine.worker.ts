// A made-up machine in a process of its own: its /proc, /sys and /var/log under a root folder, lines written at a rate, connections that change.

import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeConnections } from './node-connections.ts';
import { nodeLogs } from './node-logs.ts';
import { type NodePod, nodePods, podsApi } from './node-pods.ts';

/** By environment variable MACHINE, JSON. */
export interface MachineOptions {
  readonly root: string;
  /** A recorded machine, whose figures of the whole it has. */
  readonly recorded: string;
  readonly containers: number;
  readonly connections: number;
}
export type Order = { readonly linesPerS: number };
export type Told = { readonly url: string } | { readonly written: number };

const TICK_MS = 100;
const CHANGE_EVERY_TICKS = 10;
/** Of all, each time. */
const CHANGING = 0.02;
const ROTATE_EVERY_TICKS = 3;
const WHOLE_MACHINE = ['loadavg', 'meminfo', 'pressure', 'stat', 'sys', 'uptime'];

const PRESSURE =
  'some avg10=0.00 avg60=0.00 avg300=0.00 total=1200\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=100\n';
const FIGURES = {
  'cpu.stat':
    'usage_usec 9000000\nuser_usec 6000000\nsystem_usec 3000000\nnr_periods 90\nnr_throttled 3\nthrottled_usec 12000\n',
  'cpu.max': '50000 100000\n',
  'memory.current': '52428800\n',
  'memory.stat': 'anon 31457280\nfile 20971520\ninactive_file 10485760\nactive_file 10485760\n',
  'memory.max': '134217728\n',
  'memory.events': 'low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n',
  'io.stat': '8:0 rbytes=409600 wbytes=819200 rios=10 wios=20 dbytes=0 dios=0\n',
  'cpu.pressure': PRESSURE,
  'memory.pressure': PRESSURE,
  'io.pressure': PRESSURE,
};

const { root, recorded, containers, connections } = JSON.parse(process.env.MACHINE ?? '{}') as MachineOptions; // as the bench starts it
const pods = nodePods(containers);
mkdirSync(join(root, 'proc'), { recursive: true });
for (const name of WHOLE_MACHINE)
  cpSync(join(recorded, 'proc', name), join(root, 'proc', name), { recursive: true, verbatimSymlinks: true });
cgroups(join(root, 'sys/fs/cgroup'), pods);
const logs = nodeLogs(root, pods);
const connected = nodeConnections(root, pods, connections);

let linesPerS = 0;
let began = Date.now();
let due = 0;
let ticks = 0;
const tell = (told: Told): void => void process.send?.(told);
process.on('message', (order: Order) => {
  linesPerS = order.linesPerS;
  began = Date.now();
  due = 0;
  tell({ written: logs.written });
});
process.on('disconnect', () => process.exit(0));
setInterval(() => {
  ticks++;
  const wanted = Math.floor(((Date.now() - began) / 1000) * linesPerS);
  if (wanted > due) logs.write(wanted - due);
  due = Math.max(due, wanted);
  if (linesPerS === 0) return;
  if (ticks % CHANGE_EVERY_TICKS === 0) connected.change(Math.ceil(connections * CHANGING));
  if (ticks % ROTATE_EVERY_TICKS === 0) logs.rotate();
}, TICK_MS);
tell({ url: await podsApi(pods) });

function cgroups(folder: string, of: readonly NodePod[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'cgroup.controllers'), 'cpu io memory pids\n');
  for (const { uid, container, pid } of of) {
    const own = join(folder, 'kubepods/burstable', `pod${uid}`, container);
    mkdirSync(own, { recursive: true });
    for (const [name, text] of Object.entries(FIGURES)) writeFileSync(join(own, name), text);
    writeFileSync(join(own, 'cgroup.procs'), `${pid}\n`);
  }
}
