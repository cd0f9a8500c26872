// The agents as a user gets them: installed by the command on a real node, run with exactly the rendered rights, taken away again.

import { kafkaTransport, TOPICS, type Transport } from '@mosaic/transport';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../journey/http.ts';
import { documentsIn, grantsOf, rendered } from '../manifests/documents.ts';
import { service } from '../services.ts';
import { ADDRESS, type Audited, IMAGE } from './node-cluster.ts';
import { type PodCluster, podCluster } from './pod-cluster.ts';

const WITHIN_MS = 240_000;
const SETS = [
  'cluster.name=pods',
  `image.name=${IMAGE.name}`,
  'image.pullPolicy=Never',
  'nodeAgent.dataPath=/var/lib/mosaic-dev-node/agent',
];
let pods: PodCluster;
let transport: Transport;
const arrived = new Map<string, number>();
const told = (line: string): void => console.log(`[install] ${line}`);
const install = (...more: readonly string[]) => {
  const [, port] = pods.broker.split(':');
  const sets = [
    ...SETS,
    `kafka.brokers=["${pods.broker}"]`,
    `kafka.port=${port}`,
    ...more.filter((one) => !one.startsWith('--')),
  ];
  const flags = more.filter((one) => one.startsWith('--'));
  return pods.mosaic('install', 'agents', '--yes', ...flags, ...sets.flatMap((set) => ['--set', set]));
};

beforeAll(async () => {
  await service('/node/stop'); // a machine has one
  pods = await podCluster(told);
  transport = kafkaTransport({ ...pods.kafkaAs('mosaic-kafka-tls'), clientId: 'install-test' });
  const topics = [TOPICS.objects, TOPICS.state, TOPICS.metrics, TOPICS.coverage];
  await transport.ensureTopics(Object.values(TOPICS).map((topic) => ({ topic, partitions: 1 })));
  await transport.subscribe({
    ...{ group: 'install-test', topics },
    handle: async (batch) => {
      for (const { topic } of batch) if (!arrived.has(topic)) arrived.set(topic, Date.now());
    },
  });
}, WITHIN_MS);
afterAll(async () => {
  await transport?.close();
  await pods?.stop();
}, WITHIN_MS);

test(
  'one command brings agents that run, and their first data within a minute or so',
  async () => {
    const began = Date.now();
    const { code, said } = await install();
    told(said);
    expect(code, said).toBe(0);
    expect(said).toContain('brokers  reached from the cluster');
    expect(said).toMatch(/✓ Deployment mosaic-agent\/mosaic-cluster-agent: 2 of 2 new, 2 ready/);
    expect(said).toMatch(/✓ DaemonSet mosaic-node\/mosaic-node-agent: 1 of 1 new, 1 ready/);
    expect(said).toMatch(/✓ data: \d+ chunks sealed/);
    const first = await eventually('the first chunk', async () => arrived.get(TOPICS.objects), WITHIN_MS);
    told(
      `first data ${((first - began) / 1000).toFixed(1)} s after the command began, all of it whole after ${((Date.now() - began) / 1000).toFixed(1)} s`,
    );
    await eventually('what machines use', async () => arrived.get(TOPICS.metrics), WITHIN_MS);
  },
  WITHIN_MS,
);

test('nothing the agents do is forbidden but to look at Secrets, and every right is used', async () => {
  const granted = await grants();
  expect(granted.length).toBeGreaterThan(80);
  const unused = await eventually('every right was used', async () => {
    const used = new Set(pods.audit().filter(isAllowed).map(useOf));
    const left = granted.filter((one) => !used.has(one));
    return left.length === 0 ? left : undefined;
  }).catch(() => {
    const used = new Set(pods.audit().filter(isAllowed).map(useOf));
    return granted.filter((one) => !used.has(one));
  });
  expect(unused).toEqual([]);
  const refused = pods.audit().filter(({ responseStatus }) => responseStatus?.code === 403);
  expect([...new Set(refused.map(useOf))].filter((one) => !/ secrets (list|watch)$/.test(one))).toEqual([]);
});

const isAllowed = ({ responseStatus }: Audited): boolean => (responseStatus?.code ?? 500) < 400;
const useOf = ({ user, verb, objectRef }: Audited): string => {
  const { apiGroup = '', resource = '', subresource } = objectRef ?? {};
  const name = apiGroup === '' ? resource : `${resource}.${apiGroup}`;
  return `${user.username.split(':').at(-1)} ${name}${subresource === undefined ? '' : `/${subresource}`} ${verb}`;
};

/** `mosaic-cluster-agent deployments.apps list`, of all roles that are rendered. */
async function grants(): Promise<readonly string[]> {
  const documents = documentsIn(await rendered('agents', SETS));
  const roles = documents.filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole');
  return roles.flatMap(({ kind, metadata: { name } }) =>
    grantsOf(documents, name, kind).flatMap(({ name: resource, verbs }) =>
      verbs.map((verb) => `${name === 'mosaic-certifier' ? 'mosaic-cluster-agent' : name} ${resource} ${verb}`),
    ),
  );
}

test('verify finds it whole', async () => {
  const { code, said } = await pods.mosaic('verify');
  expect(said).toMatch(/✓ certificate mosaic-node\/mosaic-agent-kafka: mosaic-agent-1/);
  expect(code, said).toBe(0);
});

test('brokers that are not reached from the cluster are named before an agent is touched', async () => {
  const { code, said } = await install(`kafka.brokers=["${ADDRESS}:1"]`, 'kafka.port=1');
  expect(said).toContain(`the brokers are not reached from the cluster: ${ADDRESS}:1: connect ECONNREFUSED`);
  expect(said).not.toContain('changed  Deployment');
  expect(code).toBe(1);
});

test(
  'an image that cannot be had is said while it waits; the version before can be had again',
  async () => {
    const { code, said } = await install('image.tag=0.1.1', '--no-reach', '--wait-for=20');
    expect(said).toMatch(/ErrImageNeverPull/);
    expect(said).toContain('run the same command again to go on');
    expect(code).toBe(1);
    expect((await install('image.tag=0.1.0', '--no-reach')).code).toBe(0);
  },
  WITHIN_MS,
);

test(
  'uninstall leaves nothing',
  async () => {
    const { code, said } = await pods.mosaic('uninstall', 'agents', '--yes', '--delete-all');
    expect(code, said).toBe(0);
    const left = await eventually('all of it is gone', async () => {
      const found = await Promise.all(EVERYWHERE.map(async (path) => namesAt(path)));
      const names = found.flat();
      return names.length === 0 ? names : undefined;
    });
    expect(left).toEqual([]);
  },
  WITHIN_MS,
);

const EVERYWHERE = [
  ...['/apis/rbac.authorization.k8s.io/v1/clusterroles', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings'],
  ...['/apis/scheduling.k8s.io/v1/priorityclasses', '/apis/apps/v1/deployments', '/apis/apps/v1/daemonsets'],
  ...['/api/v1/namespaces', '/api/v1/pods', '/apis/batch/v1/jobs', '/apis/coordination.k8s.io/v1/leases'],
];

/** Ours, but for the servers' namespace. */
async function namesAt(path: string): Promise<readonly string[]> {
  const { body } = await pods.cluster.ask('GET', path);
  const { items } = JSON.parse(body) as { items: readonly { metadata: { name: string; namespace?: string } }[] }; // as the API server answers
  return items
    .map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`)
    .filter((name) => name.includes('mosaic-') && !name.startsWith('mosaic/'));
}

const TWO = 'mosaic-two';

test(
  'one file is enough: its Job makes the Secrets with the rights it has, and gives them up',
  async () => {
    const sets = [`namespace=${TWO}`, `image.name=${IMAGE.name}`, 'image.pullPolicy=Never'].flatMap((set) => [
      '--set',
      set,
    ]);
    const { code, said } = await pods.mosaic('manifests', 'servers', ...sets);
    expect(code).toBe(0);
    const before = documentsIn(said).findIndex(({ metadata }) => metadata.name === 'mosaic-receiver'); // images of Kafka and Cassandra cannot be had here
    const items = documentsIn(said).slice(0, before);
    await pods.kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    const job = await eventually(
      'the Job is done',
      async () => {
        const { body } = await pods.cluster.ask('GET', `/apis/batch/v1/namespaces/${TWO}/jobs/mosaic-init`);
        const { status } = JSON.parse(body) as { status?: { succeeded?: number; failed?: number } }; // as the API server answers
        return status?.succeeded === 1 ? status : undefined;
      },
      WITHIN_MS,
    );
    expect(job.failed ?? 0).toBe(0);
    const password = await pods.kubectl([
      '-n',
      TWO,
      'get',
      'secret',
      'mosaic-admin',
      '-o',
      'jsonpath={.data.password}',
    ]);
    expect(Buffer.from(Buffer.from(password, 'base64').toString(), 'base64url')).toHaveLength(32);
    const its = pods
      .audit()
      .filter(({ user }) => user.username === `system:serviceaccount:${TWO}:mosaic-init`)
      .filter(({ objectRef }) => objectRef?.namespace === TWO); // elsewhere it looks whether there are agents, and says that it may not
    expect(its.filter(({ responseStatus }) => responseStatus?.code === 403).map(useOf)).toEqual([]);
    const gone = await eventually('its rights are gone', async () => {
      const names = await pods.kubectl([
        ...['-n', TWO, 'get', 'roles,rolebindings,serviceaccounts,configmaps', '-o', 'name'],
      ]);
      return names.includes('mosaic-init') ? undefined : names;
    });
    expect(gone).toContain('serviceaccount/default');
  },
  WITHIN_MS,
);
