// A real Kubernetes control plane on loopback: etcd, API server with RBAC, controller-manager, scheduler.

import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { type ApiReply, type AskApi, apiClient, grant, type Rule } from './api-client.ts';
import { type Authority, authority, type KeyPair, writeKubeconfig } from './certificates.ts';
import { type RunFolder, runFolder } from './folders.ts';
import { programOf, silently, type Told } from './install.ts';
import { installKubernetes } from './kubernetes.ts';
import { sweep } from './pid-files.ts';
import { freePorts, LOOPBACK } from './ports.ts';
import { type Program, startProgram } from './program.ts';

const READY_WITHIN_MS = 180_000;
/** An API server with open watches drains them for a minute. */
const STOP_WITHIN_MS = 2_000;
const ADMINS = 'system:masters';

export interface ControlPlaneOptions {
  /** Of the API server; a free one by default. */
  readonly port?: number;
  /** Kept after `stop` when given; temporary otherwise. */
  readonly folder?: string;
  /** The context's name in the kubeconfigs. */
  readonly name?: string;
  /** Start one even when KUBECONFIG names another. */
  readonly own?: boolean;
  /** More arguments of the API server, such as an audit policy's. */
  readonly apiServerArgs?: readonly string[];
  readonly told?: Told;
}

export interface ControlPlane {
  /** An admin's. */
  readonly kubeconfigPath: string;
  readonly url: string;
  /** Of the authority that signs its clients: what a kubelet trusts. */
  readonly caPath: string;
  /** Stops it as an operator would, starts it again on the same port and etcd, and resolves when it is ready. */
  restartApiServer(): Promise<void>;
  /** Ends it as a crash would; `restartApiServer` brings it back. */
  killApiServer(): Promise<void>;
  /** Path of a kubeconfig for a user who may do nothing until `grant` says so. */
  kubeconfigFor(user: string, groups?: readonly string[]): Promise<string>;
  /** Gives a user these rights in the whole cluster, in place of what `grant` gave before. */
  grant(user: string, rules: readonly Rule[]): Promise<void>;
  /** One request as the admin. */
  ask: AskApi;
  stop(): Promise<void>;
}

interface Setting {
  readonly bin: string;
  readonly etcd: string;
  readonly folder: RunFolder;
  readonly ca: Authority;
  readonly serving: KeyPair;
  readonly admin: KeyPair;
  readonly serviceAccounts: { readonly key: string; readonly publicKey: string };
  readonly ports: { readonly api: number; readonly etcd: number; readonly peers: number };
  readonly apiServerArgs: readonly string[];
}

export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const given = process.env.KUBECONFIG;
  if (given && options.own !== true) return givenCluster(given);
  sweep();
  const folder = runFolder('kubernetes', options.folder);
  const running: Program[] = [];
  const stop = async () => {
    const [etcd, ...others] = running;
    await Promise.all(others.map((program) => program.stop()));
    await etcd?.stop();
    folder.remove();
  };
  try {
    return await start(await prepare(options, folder), options.name ?? 'mosaic-dev', running, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function prepare(options: ControlPlaneOptions, folder: RunFolder): Promise<Setting> {
  const { told = silently } = options;
  const [bin, etcd, [api = 0, etcdPort = 0, peers = 0]] = await Promise.all([
    installKubernetes(told),
    programOf('etcd', 'etcd-server', told),
    freePorts(3),
  ]);
  const pki = join(folder.path, 'pki');
  mkdirSync(pki, { recursive: true });
  const ca = await authority(pki, told);
  const names = ['DNS:localhost', 'DNS:kubernetes.default.svc', `IP:${LOOPBACK}`, 'IP:10.96.0.1'];
  const [serving, admin] = await Promise.all([ca.server('kube-apiserver', names), ca.client('admin', [ADMINS])]);
  const ports = { api: options.port ?? api, etcd: etcdPort, peers };
  const { apiServerArgs = [] } = options;
  return { bin, etcd, folder, ca, serving, admin, serviceAccounts: serviceAccountKeys(pki), ports, apiServerArgs };
}

function serviceAccountKeys(folder: string): Setting['serviceAccounts'] {
  const encoding = { type: 'spki', format: 'pem' } as const;
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: encoding,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const paths = { key: join(folder, 'sa.key'), publicKey: join(folder, 'sa.pub') };
  writeFileSync(paths.key, privateKey, { mode: 0o600 });
  writeFileSync(paths.publicKey, publicKey);
  return paths;
}

async function start(
  setting: Setting,
  name: string,
  running: Program[],
  stop: () => Promise<void>,
): Promise<ControlPlane> {
  const { folder, ca, admin, ports } = setting;
  const url = `https://${LOOPBACK}:${ports.api}`;
  const ask = apiClient(url, ca.certificate, admin);
  const isServing = async () => (await ask('GET', '/readyz')).status === 200;
  const launch = (program: string, command: string, args: readonly string[]): Program => {
    const logPath = join(folder.path, `${program}.log`);
    const started = startProgram({
      name: program,
      command,
      args,
      logPath,
      temporaryFolder: folder.temporary,
      patienceMs: STOP_WITHIN_MS,
    });
    running.push(started);
    return started;
  };
  const kubeconfigFor = async (user: string, groups: readonly string[] = []) => {
    const client = await ca.client(user, groups);
    const file = `${user.replaceAll(/[^\w.-]/g, '_')}.kubeconfig`;
    return writeKubeconfig(join(folder.path, file), name, url, ca.certificate, client);
  };

  const etcd = launch('etcd', setting.etcd, etcdArguments(setting));
  await etcd.readyWhen(() => isHealthy(ports.etcd), READY_WITHIN_MS);
  const launchApiServer = async () => {
    const program = launch('kube-apiserver', join(setting.bin, 'kube-apiserver'), apiServerArguments(setting));
    await program.readyWhen(isServing, READY_WITHIN_MS);
    return program;
  };
  const kubeconfigPath = writeKubeconfig(join(folder.path, 'kubeconfig'), name, url, ca.certificate, admin);
  let apiServer = await launchApiServer();
  const [managerConfig, schedulerConfig] = await Promise.all([
    kubeconfigFor('system:kube-controller-manager'),
    kubeconfigFor('system:kube-scheduler'),
  ]);
  const manager = launch(
    'kube-controller-manager',
    join(setting.bin, 'kube-controller-manager'),
    managerArguments(setting, managerConfig),
  );
  launch('kube-scheduler', join(setting.bin, 'kube-scheduler'), schedulerArguments(schedulerConfig));
  // Pods can be made once the namespace has its account, which the controller-manager makes.
  const account = '/api/v1/namespaces/default/serviceaccounts/default';
  await manager.readyWhen(async () => (await ask('GET', account)).status === 200, READY_WITHIN_MS);

  return {
    kubeconfigPath,
    url,
    caPath: ca.certificate,
    kubeconfigFor,
    ask,
    stop,
    grant: (user, rules) => grant(ask, user, rules),
    killApiServer: () => apiServer.kill(),
    async restartApiServer() {
      await apiServer.stop();
      running.splice(running.indexOf(apiServer), 1);
      apiServer = await launchApiServer();
    },
  };
}

function etcdArguments({ folder, ports }: Setting): string[] {
  const clients = `http://${LOOPBACK}:${ports.etcd}`;
  const peers = `http://${LOOPBACK}:${ports.peers}`;
  return [
    `--data-dir=${join(folder.path, 'etcd')}`,
    `--listen-client-urls=${clients}`,
    `--advertise-client-urls=${clients}`,
    `--listen-peer-urls=${peers}`,
    `--initial-advertise-peer-urls=${peers}`,
    `--initial-cluster=default=${peers}`,
    '--unsafe-no-fsync', // a development cluster may lose its last second
  ];
}

function apiServerArguments({ ca, serving, admin, serviceAccounts, ports, apiServerArgs }: Setting): string[] {
  return [
    `--etcd-servers=http://${LOOPBACK}:${ports.etcd}`,
    `--bind-address=${LOOPBACK}`,
    `--secure-port=${ports.api}`,
    `--tls-cert-file=${serving.certificate}`,
    `--tls-private-key-file=${serving.key}`,
    `--client-ca-file=${ca.certificate}`,
    '--authorization-mode=Node,RBAC',
    '--allow-privileged=true',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--endpoint-reconciler-type=none', // a loopback address is not allowed as an endpoint
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${serviceAccounts.publicKey}`,
    `--service-account-signing-key-file=${serviceAccounts.key}`,
    '--kubelet-preferred-address-types=InternalIP',
    `--kubelet-client-certificate=${admin.certificate}`,
    `--kubelet-client-key=${admin.key}`,
    '--shutdown-delay-duration=0s',
    '--profiling=false',
    ...apiServerArgs,
  ];
}

function managerArguments({ ca, serviceAccounts }: Setting, kubeconfig: string): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--use-service-account-credentials=true',
    `--root-ca-file=${ca.certificate}`,
    `--service-account-private-key-file=${serviceAccounts.key}`,
    `--cluster-signing-cert-file=${ca.certificate}`,
    `--cluster-signing-key-file=${ca.key}`,
    '--allocate-node-cidrs=true',
    '--cluster-cidr=10.244.0.0/16',
    '--profiling=false',
  ];
}

const schedulerArguments = (kubeconfig: string): string[] => [
  `--kubeconfig=${kubeconfig}`,
  '--leader-elect=false',
  '--secure-port=0',
  '--profiling=false',
];

function isHealthy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asking = get({ host: LOOPBACK, port, path: '/health', timeout: 1_000 }, (reply) => {
      reply.resume();
      resolve(reply.statusCode === 200);
    });
    asking.on('timeout', () => asking.destroy());
    asking.on('error', () => resolve(false));
  });
}

function givenCluster(kubeconfig: string): ControlPlane {
  const refuse = () =>
    Promise.reject(new Error(`the cluster of ${kubeconfig} was given by KUBECONFIG; it is not ours to change`));
  const url = /server:\s*(\S+)/.exec(readFileSync(kubeconfig, 'utf8'))?.[1] ?? '';
  const ask: AskApi = (): Promise<ApiReply> => refuse();
  return {
    kubeconfigPath: kubeconfig,
    url,
    caPath: '',
    ask,
    restartApiServer: refuse,
    killApiServer: refuse,
    kubeconfigFor: refuse,
    grant: refuse,
    stop: async () => {},
  };
}
