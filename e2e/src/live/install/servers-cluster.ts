// A cluster with all that servers need of it: a node, volumes, addresses for the outside, and images of Kafka, Cassandra and Mosaic. Nothing is installed.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadStores, STORE_IMAGES, startProgram } from '@mosaic/dev';
import { loadBalancer, outerAddress } from './addresses.ts';
import { type Mosaic, mosaicWith } from './command.ts';
import { type Closing, IMAGE, type NodeCluster, nodeCluster, undo } from './node-cluster.ts';
import { localVolumes } from './volumes.ts';

const OUTER_PORT = 9095;
const BROKERS = 1;
/** Of what is small, and of images that were made here. */
export const IMAGE_SETS = [`image.name=${IMAGE.name}`, 'image.pullPolicy=Never'];
export const SERVER_SETS = [
  ...IMAGE_SETS,
  ...Object.entries(STORE_IMAGES).map(([store, { name }]) => `${store}.image.name=${name}`),
  `kafka.external.hosts=["${outerAddress(0)}:${OUTER_PORT}"]`,
];
export const SMALL = join(import.meta.dirname, 'small.yaml');
/** As agents of other clusters call the brokers. */
export const OUTER_BROKERS = [`${outerAddress(0)}:${OUTER_PORT}`];

export interface ServersCluster extends NodeCluster {
  /** A folder of this run. */
  readonly folder: string;
  /** What is to be undone in the end. */
  readonly closing: Closing;
  /** Every object there is, as `Kind namespace/name`, but for what tells of the moment. */
  everything(): Promise<readonly string[]>;
  /** `sh -c`, as a person types what was printed. */
  typed(line: string): Promise<string>;
  /** A command that forwards to the page, until `stop`: the page's address. */
  forward(line: string): Promise<string>;
  /** The command of somebody signed in at this address, with more clusters in the kubeconfig. */
  signedIn(url: string, ...kubeconfigs: readonly string[]): Mosaic;
  stop(): Promise<void>;
}

export async function serversCluster(told: (line: string) => void): Promise<ServersCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-servers-'));
  const closing: Closing = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const prod = await nodeCluster('prod', folder, closing, told);
    const { cluster, kubectl } = prod;
    await loadStores(told);
    await localVolumes(kubectl, 2);
    closing.push(await loadBalancer(cluster, kubectl, BROKERS));
    const environment = { KUBECONFIG: cluster.kubeconfigPath };
    return {
      ...prod,
      ...{ folder, closing, everything: () => everythingIn(prod) },
      typed: (line) => typed(line, environment),
      forward: (line) => forward(line, environment, folder, closing),
      signedIn: (url, ...more) =>
        mosaicWith({
          ...{ KUBECONFIG: [cluster.kubeconfigPath, ...more].join(':'), MOSAIC_URL: url },
          XDG_CONFIG_HOME: join(folder, 'config'),
        }),
      stop: () => undo(closing),
    };
  } catch (error) {
    await undo(closing);
    throw error;
  }
}

/** Kinds that tell of the moment, or are made for every object of another. */
const FLEETING =
  /^(events|leases|endpoints|endpointslices|pods|replicasets|controllerrevisions|ipaddresses|componentstatuses)\b/;

async function everythingIn({ kubectl }: Pick<NodeCluster, 'kubectl'>): Promise<readonly string[]> {
  const kinds = (await kubectl(['api-resources', '--verbs=list', '-o', 'name'])).trim().split('\n');
  const listed = kinds.filter((kind) => !FLEETING.test(kind)).join(',');
  const columns = 'custom-columns=KIND:.kind,NAMESPACE:.metadata.namespace,NAME:.metadata.name';
  const table = await kubectl(['get', listed, '-A', '--ignore-not-found', '--no-headers', '-o', columns]);
  return table
    .trim()
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' '))
    .sort();
}

function typed(line: string, environment: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', line], { env: { ...process.env, ...environment } });
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => said.push(bytes));
    child.once('close', (code) => {
      const text = Buffer.concat(said).toString();
      if (code === 0) resolve(text);
      else reject(new Error(`${line}: ended with ${code}: ${text}`));
    });
  });
}

const FORWARDING = /Forwarding from (127\.0\.0\.1:\d+)/;
const FORWARDS_WITHIN_MS = 20_000;

async function forward(line: string, { KUBECONFIG = '' }, folder: string, closing: Closing): Promise<string> {
  const logPath = join(folder, `forward-${closing.length}.log`);
  const program = startProgram({
    name: 'forward',
    command: 'sh',
    args: ['-c', `exec ${line}`],
    env: { KUBECONFIG },
    logPath,
  });
  closing.push(() => program.stop());
  await program.readyWhen(() => FORWARDING.test(program.output()), FORWARDS_WITHIN_MS);
  const [, address = ''] = FORWARDING.exec(program.output()) ?? [];
  return `http://${address.replace('127.0.0.1', 'localhost')}`;
}

/** A token of `mosaic clusters add`, where the agents' install looks for it. */
export async function giveToken(kubectl: NodeCluster['kubectl'], folder: string, token: string): Promise<void> {
  const path = join(folder, 'token');
  writeFileSync(path, token, { mode: 0o600 });
  await kubectl(['create', 'namespace', 'mosaic-agent']);
  await kubectl(['-n', 'mosaic-agent', 'create', 'secret', 'generic', 'mosaic-join', `--from-file=token=${path}`]);
}
