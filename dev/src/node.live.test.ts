import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { devFile } from './cache.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { binaryOf } from './node/images.ts';
import { nodePortUrl } from './node/other-cluster.ts';
import { whyNoNode } from './node/requirements.ts';
import { type ClusterNode, startNode } from './node.ts';
import { birthOf } from './pid-files.ts';

const SHOP_NODE_PORT = 30_081;
const reason = whyNoNode();
if (reason !== undefined && process.env.CI !== 'true') console.log(`skipping the node's tests: ${reason}`);
const it = test.skipIf(reason !== undefined && process.env.CI !== 'true');

let before: Machine;
let cluster: ControlPlane;
let node: ClusterNode;

beforeAll(async () => {
  if (reason !== undefined && process.env.CI !== 'true') return;
  // Another test's node may be there, through the door of the live setup: a machine has one.
  if (process.env.MOSAIC_SERVICES) await fetch(`${process.env.MOSAIC_SERVICES}/node/stop`, { method: 'POST' });
  before = machine();
  cluster = await startControlPlane({ own: true });
  node = await startNode({ cluster });
  await node.apply(readFileSync(devFile('node', 'shop.yaml'), 'utf8'));
});
afterAll(async () => {
  await node?.stop();
  await cluster?.stop();
});

it('a client calls a server through its Service: both log it, and conntrack has the address before and after', async () => {
  const call = await eventually(() =>
    /INFO GET http:\/\/(\S+):80\/orders -> 200 from (\S+):(\d+)/.exec(logs('client')),
  );
  const [, vip = '', client = '', port = ''] = call;
  await eventually(
    () => logs('server').includes(`"path":"/orders","status":200,"from":"${client}:${port}"`) || undefined,
  );
  const flow = conntrack().find((line) => line.includes(`src=${client} dst=${vip} sport=${port} dport=80`)) ?? '';
  const backend = /bytes=[1-9]\d* src=(\S+) dst=(\S+) sport=8080/.exec(flow);
  expect(kubectl('get', 'pods', '-l', 'app=server', '-o', 'jsonpath={.items[*].status.podIP}').split(' ')).toContain(
    backend?.[1],
  );
  expect(backend?.[2]).toBe(client);
});

it('a kept connection stays one connection', async () => {
  const ports = await eventually(() => {
    const seen = [...logs('keeper').matchAll(/-> 200 from \S+:(\d+)/g)].map((match) => match[1]);
    return seen.length >= 3 ? seen : undefined;
  });
  expect(new Set(ports).size).toBe(1);
});

it('a pod that crashes again and again tells its log and the one before', async () => {
  const [pod = ''] = podsOf('ledger');
  await eventually(() => Number(kubectl('get', 'pod', pod, '-o', RESTARTS)) > 0 || undefined);
  const trace = /panic: runtime error[\s\S]*goroutine 1 \[running\][\s\S]*main\.settle/;
  expect(await eventually(() => trace.exec(kubectl('logs', '--previous', pod)))).toBeTruthy();
  expect(await eventually(() => trace.exec(kubectl('logs', pod)))).toBeTruthy();
});

it('logs are where every node has them, in CRI text, a long line in parts', async () => {
  await fetch(`${nodePortUrl(SHOP_NODE_PORT)}long`);
  const parts = await eventually(() => {
    const lines = podsOf('server').flatMap((pod) => logFile(pod).split('\n'));
    const first = lines.findIndex((line) => / stdout P \{.*"msg":"long"/.test(line));
    return first < 0 ? undefined : lines.slice(first, first + 2);
  });
  expect(parts[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z stdout P /);
  expect(parts[1]).toMatch(/^\S+ stdout F x+/);
});

it('another cluster calls our NodePort from its node’s address, though its pod has an address of ours', async () => {
  const program = node.other.run('client', ['-url', `${nodePortUrl(SHOP_NODE_PORT)}abroad`, '-every', '200ms']);
  await eventually(() => (program.output().includes(`-> 200 from ${node.other.podAddress}:`) ? true : undefined));
  await program.stop();
  expect(logs('server')).toContain('"path":"/abroad","status":200');
  const flows = conntrack().filter(
    (line) => line.includes(`dst=${node.address} `) && line.includes(`dport=${SHOP_NODE_PORT}`),
  );
  expect(flows.some((line) => line.includes(`src=${node.other.nodeAddress} `))).toBe(true);
});

it('a pod calls another cluster’s NodePort', async () => {
  const server = node.other.run('server', []);
  const { nodeAddress, nodePort } = node.other;
  await node.apply(pod('traveller', 'mosaic.dev/client:1', ['-url', `http://${nodeAddress}:${nodePort}/hello`]));
  await eventually(() => (kubectl('logs', 'traveller').includes('-> 200') ? true : undefined));
  expect(server.output()).toMatch(new RegExp(`"path":"/hello","status":200,"from":"${node.address}:`));
  await server.stop();
});

it('an image is made of any static binary', async () => {
  const image = await node.load('another', binaryOf('crash'));
  await node.apply(pod('another', image, []));
  await eventually(() => (kubectl('logs', 'another').includes('settling') ? true : undefined));
});

it('a deleted pod is gone from the machine too', async () => {
  const [name = ''] = podsOf('keeper');
  const uid = kubectl('get', 'pod', name, '-o', 'jsonpath={.metadata.uid}');
  const ofPod = () => machine().cgroups.filter((path) => path.includes(uid));
  expect(ofPod().length).toBeGreaterThan(1);
  kubectl('delete', 'pod', name);
  await eventually(() => ofPod().length === 0 || undefined);
});

it('a manifest that is wrong is refused in kubectl’s words', async () => {
  await expect(node.apply('apiVersion: v1\nkind: Pot\nmetadata: { name: x }')).rejects.toThrow(/Pot/);
});

it('a second node on the machine is refused, and the first goes on', async () => {
  await expect(startNode({ cluster, name: 'node-2' })).rejects.toThrow(
    `process ${process.pid} has this machine's node`,
  );
  expect(kubectl('get', 'nodes')).toMatch(/node-1\s+Ready/);
});

it('a user without root is told so', async () => {
  const source = fileURLToPath(new URL('./node/requirements.ts', import.meta.url));
  const code = `const { requireMachine } = await import(${JSON.stringify(source)}); process.setuid(65534); requireMachine();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: Buffer[] = [];
  child.stderr.on('data', (bytes) => said.push(bytes));
  await once(child, 'close');
  expect(Buffer.concat(said).toString()).toContain('a node needs root');
});

it('a stop leaves the machine as it was', async () => {
  expect(machine()).not.toEqual(before);
  await node.stop();
  expect(machine()).toEqual(before);
});

it('what a killed run left behind is removed by the next start', async () => {
  const crashed = await killedNode();
  expect(birthOf(crashed.kubelet)).toBeDefined();
  expect(machine().cgroups.length).toBeGreaterThan(0);
  const said: string[] = [];
  node = await startNode({ cluster, told: (line) => said.push(line) });
  expect(said).toContain('removed what a node that crashed left behind');
  expect(birthOf(crashed.kubelet)).toBeUndefined();
  await node.stop();
  expect(machine()).toEqual(before);
});

/** Those that have ended and wait for their parent are not counted. */
const runningPrograms = (): string[] =>
  readdirSync('/proc').filter(
    (pid) =>
      /^(kubelet|kube-proxy|containerd\S*|pause|crash|client)\n$/.test(comm(pid)) && birthOf(Number(pid)) !== undefined,
  );

/** What a node changes on a machine and must give back. */
interface Machine {
  readonly programs: readonly string[];
  readonly mounts: readonly string[];
  readonly cgroups: readonly string[];
  readonly links: readonly string[];
  readonly namespaces: readonly string[];
  readonly tables: readonly string[];
  readonly sysctls: readonly string[];
  readonly folders: readonly string[];
}

function machine(): Machine {
  const shared = [
    '/var/lib',
    '/var/lib/cni',
    '/var/lib/kubelet',
    '/var/log/pods',
    '/var/log/containers',
    '/run/containerd/s',
  ];
  return {
    programs: runningPrograms(),
    mounts: readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[4] ?? ''),
    cgroups: lines('find', ['/sys/fs/cgroup', '-type', 'd', '-path', '*kubepods*']),
    links: lines('ip', ['-brief', 'link']).map((line) => line.split(' ')[0] ?? ''),
    namespaces: lines('ip', ['netns']),
    tables: lines('nft', ['list', 'tables']),
    sysctls: lines('sysctl', [
      'net.ipv4.ip_forward',
      'vm.overcommit_memory',
      'kernel.panic',
      'net.netfilter.nf_conntrack_acct',
    ]),
    folders: shared
      .filter((path) => existsSync(path))
      .flatMap((path) => readdirSync(path).map((name) => `${path}/${name}`)),
  };
}

/** A node of a process that is killed while pods run. */
async function killedNode(): Promise<{ readonly kubelet: number }> {
  const url = (file: string) => JSON.stringify(fileURLToPath(new URL(file, import.meta.url)));
  const code = `const { startControlPlane } = await import(${url('./control-plane.ts')});
    const { startNode } = await import(${url('./node.ts')});
    const cluster = await startControlPlane({ own: true });
    const node = await startNode({ cluster });
    await node.apply(${JSON.stringify(readFileSync(devFile('node', 'shop.yaml'), 'utf8'))});
    process.stdout.write('started'); setInterval(() => {}, 1000);`;
  const run = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(run.stdout, 'data');
  await eventually(() => (machine().cgroups.length > 20 ? true : undefined));
  const kubelet = readdirSync('/proc').find((pid) => comm(pid) === 'kubelet\n');
  run.kill('SIGKILL');
  await once(run, 'exit');
  return { kubelet: Number(kubelet) };
}

const RESTARTS = 'jsonpath={.status.containerStatuses[0].restartCount}';
const podsOf = (app: string): string[] =>
  kubectl('get', 'pods', '-l', `app=${app}`, '-o', 'jsonpath={.items[*].metadata.name}').split(' ');
const logs = (app: string): string => kubectl('logs', '-l', `app=${app}`, '--tail=-1');
const conntrack = (): string[] => readFileSync('/proc/net/nf_conntrack', 'utf8').split('\n');
const lines = (command: string, args: readonly string[]): string[] =>
  execFileSync(command, args, { encoding: 'utf8' }).split('\n').filter(Boolean);

function logFile(podName: string): string {
  const name = readdirSync('/var/log/containers').find((file) => file.startsWith(`${podName}_shop_`));
  return readFileSync(`/var/log/containers/${name}`, 'utf8');
}

function comm(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8');
  } catch {
    return '';
  }
}

/** Its output, or what it complained of: asked again until the answer is there. */
function kubectl(...args: string[]): string {
  try {
    const own = ['--kubeconfig', cluster.kubeconfigPath, '-n', 'shop', ...args];
    return execFileSync('kubectl', own, { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    return String((error as { stderr?: unknown }).stderr); // what execFileSync throws carries it
  }
}

const pod = (name: string, image: string, args: readonly string[]): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop' },
    spec: { containers: [{ name, image, args, imagePullPolicy: 'Never' }], terminationGracePeriodSeconds: 1 },
  });

async function eventually<T>(look: () => T | undefined | null, withinMs = 60_000): Promise<T> {
  const until = performance.now() + withinMs;
  for (;;) {
    const seen = look();
    if (seen !== undefined && seen !== null) return seen;
    if (performance.now() > until) throw new Error(`not seen in ${withinMs / 1000} s: ${look}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
