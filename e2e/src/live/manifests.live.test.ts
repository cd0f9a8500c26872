// What is installed: both template trees with several values, taken by the real API server, fitting four minor versions, and without a finding of our rules.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '@mosaic/dev';
import type { Readiness } from '@mosaic/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { eventually } from '../journey/http.ts';
import { freePort, run } from './processes.ts';

interface Meta {
  readonly name: string;
  readonly namespace?: string;
}
interface Mount {
  readonly name: string;
  readonly readOnly?: boolean;
}
interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly resources?: Readonly<Record<'requests' | 'limits', Readonly<Record<string, string>> | undefined>>;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly volumeMounts?: readonly Mount[];
  readonly [probe: string]: unknown;
}
interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly { readonly name: string; readonly hostPath?: unknown }[];
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}
interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}
interface Document {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Meta;
  readonly data?: Readonly<Record<string, string>>;
  readonly rules?: readonly Rule[];
  readonly spec?: {
    readonly template?: { readonly metadata: object; readonly spec: PodSpec };
    readonly volumeClaimTemplates?: readonly { readonly metadata: Meta }[];
  };
}
type Find = (document: Document, all: readonly Document[]) => readonly string[];

const root = repositoryRoot();
const manifestr = join(root, 'manifestr/bin/manifestr.mjs');
/** Each is a way in which somebody installs it: `--set` after `--set`. */
const TREES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  agents: {
    'as it is': [],
    'everything on': [
      'nodeAgent.conntrack=events',
      'nodeAgent.dockerLogs=true',
      'rbac.secrets=true',
      'rbac.extra=[{group: journey.test, resources: [parcels]}]',
      'kafka.loginSecret=mosaic-kafka-login',
      'image.pullSecret=registry',
    ],
    'as little as can be': ['kafka.tlsSecret=', 'network.policies=false', 'clusterAgent.replicas=1'],
  },
  servers: {
    'as it is': [],
    'on Kafka and Cassandra of one’s own, with users': [
      ...[
        'kafka.install=false',
        'kafka.brokers=[broker.test:9093]',
        'cassandra.install=false',
        'cassandra.hosts=[ring.test]',
      ],
      ...['kafka.loginSecret=mosaic-login', 'cassandra.loginSecret=mosaic-login', 'network.policies=false'],
    ],
    'for clusters elsewhere': [
      'kafka.external.hosts=["a.test:9095", "b.test:9095", "c.test:9095"]',
      'kafka.agents=[{ principal: shop, clusterId: 1 }, { principal: bank, clusterId: 2 }]',
      ...['receiver.intakes=[{ team: shop }]', 'storageClass=fast', `image.digest=sha256:${'0'.repeat(64)}`],
    ],
  },
};
const CASES = Object.entries(TREES).flatMap(([tree, ways]) =>
  Object.entries(ways).map(([way, sets]) => ({ tree, way, sets })),
);

const ran = (
  command: string,
  args: readonly string[],
  input = '',
): Promise<{ readonly out: string; readonly err: string }> =>
  new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      { maxBuffer: 64 << 20, timeout: 60_000, env: { ...process.env, LOG_LEVEL: 'warn' } },
      (error, out, err) =>
        error ? reject(new Error(`${args.join(' ')}: ${err || error.message}`)) : resolve({ out, err }),
    );
    child.stdin?.end(input);
  });
const kubectl = (args: readonly string[], input?: string) => ran('kubectl', args, input);
const rendered = async (tree: string, sets: readonly string[], more: readonly string[] = []): Promise<string> => {
  const folder = join(root, 'manifests', tree);
  const given = ['--values', join(folder, 'values.yaml'), '--template-root-dir', join(folder, 'templates')];
  const { out } = await ran(process.execPath, [
    ...[manifestr, ...given, ...sets.flatMap((set) => ['--set', set])],
    ...['--strict', '-o', '-', ...more],
  ]);
  return out;
};
const documentsIn = (text: string): readonly Document[] =>
  [...parseAllDocuments(text)].flatMap((one) => {
    const document = one.toJS() as Document | null; // each fits its kind's schema: a test of its own
    return document === null ? [] : [document];
  });

const podSpecOf = ({ spec }: Document): PodSpec | undefined => spec?.template?.spec;
const containersOf = (document: Document): readonly Container[] => {
  const spec = podSpecOf(document);
  return spec === undefined ? [] : [...(spec.initContainers ?? []), ...spec.containers];
};
const ofContainers =
  (find: (container: Container, document: Document) => readonly (string | false)[]): Find =>
  (document) =>
    containersOf(document).flatMap((container) =>
      find(container, document).flatMap((found) => (found === false ? [] : [`${container.name}: ${found}`])),
    );
const isServing = ({ kind }: Document): boolean => ['Deployment', 'DaemonSet', 'StatefulSet'].includes(kind);
const isMain = (container: Container, document: Document): boolean =>
  podSpecOf(document)?.containers.includes(container) === true;
const SECRET = /PASSWORD|SECRET|PRIVATE KEY|TOKEN$/i;
const MAY_BE_ADDED = new Set(['SYS_PTRACE', 'DAC_READ_SEARCH', 'NET_ADMIN']);

/** Our rule set: a name and what it finds wrong. */
const RULES: Readonly<Record<string, Find>> = {
  'images are pinned': ofContainers(({ image }) => [
    !/(:\d+\.\d+\.\d+$|@sha256:[0-9a-f]{64}$)/.test(image) && `${image} may change behind its name`,
  ]),
  'requests and limits of processor, memory and disk': ofContainers(({ resources }) =>
    (['requests', 'limits'] as const).flatMap((side) =>
      ['cpu', 'memory', 'ephemeral-storage'].map((what) => !resources?.[side]?.[what] && `no ${side}.${what}`),
    ),
  ),
  'no privilege is gained': ofContainers(({ securityContext: context = {} }) => {
    const { drop = [], add = [] } = (context.capabilities ?? {}) as Record<'drop' | 'add', readonly string[]>;
    return [
      context.allowPrivilegeEscalation !== false && 'may gain privileges',
      context.privileged === true && 'privileged',
      !drop.includes('ALL') && 'keeps capabilities',
      ...add.map((one) => !MAY_BE_ADDED.has(one) && `has ${one}`),
    ];
  }),
  'the root file system is read-only': ofContainers(({ securityContext }) => [
    securityContext?.readOnlyRootFilesystem !== true && 'its root may be written',
  ]),
  'startup, readiness and liveness probes': ofContainers((container, document) =>
    isServing(document) && isMain(container, document)
      ? ['startupProbe', 'readinessProbe', 'livenessProbe'].map(
          (probe) => container[probe] === undefined && `no ${probe}`,
        )
      : [],
  ),
  'the machine is mounted read-only, but for the agent’s own folder': (document) => {
    const host = new Set(
      (podSpecOf(document)?.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name),
    );
    return containersOf(document).flatMap(({ volumeMounts = [] }) =>
      volumeMounts
        .filter(({ name, readOnly }) => host.has(name) && readOnly !== true && name !== 'data')
        .map(({ name }) => `${name} is writable`),
    );
  },
  'pods run with a seccomp profile, and as root nowhere but on the node': (document) => {
    const spec = podSpecOf(document);
    if (spec === undefined) return [];
    const { seccompProfile, runAsNonRoot } = spec.securityContext ?? {};
    return [
      ...(seccompProfile === undefined ? ['no seccomp profile'] : []),
      ...(runAsNonRoot !== true && document.kind !== 'DaemonSet' ? ['may run as root'] : []),
      ...(spec.automountServiceAccountToken === undefined ? ['does not say whether it wants a token'] : []),
    ];
  },
  'no wildcards, and no more than reading besides what is named': ({ rules = [] }) =>
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      [...apiGroups, ...resources, ...verbs].includes('*') ? [`${resources.join()} ${verbs.join()}`] : [],
    ),
  'no secrets in plain text': (document) => [
    ...(document.kind === 'Secret' ? ['a Secret is in the manifests'] : []),
    ...Object.entries(document.data ?? {}).flatMap(([key, text]) =>
      /BEGIN [A-Z ]*PRIVATE KEY|password\s*[=:]\s*\S/i.test(text) ? [`${key} holds a secret`] : [],
    ),
    ...containersOf(document).flatMap(({ env = [] }) =>
      env
        .filter(({ name, value }) => SECRET.test(name) && value?.startsWith('/') !== true)
        .map(({ name }) => `${name} is in the environment`),
    ),
  ],
  'databases are StatefulSets with volumes of their own': (document) =>
    document.kind !== 'Job' &&
    containersOf(document).some(({ image }) => /kafka|cassandra/.test(image)) &&
    (document.kind !== 'StatefulSet' || document.spec?.volumeClaimTemplates === undefined)
      ? ['its data goes with its pod']
      : [],
  'whoever has replicas has a budget for disruptions': (document, all) =>
    ['Deployment', 'StatefulSet'].includes(document.kind) &&
    !all.some(({ kind, metadata }) => kind === 'PodDisruptionBudget' && metadata.name === document.metadata.name)
      ? ['no PodDisruptionBudget of its name']
      : [],
};

const findingsIn = (documents: readonly Document[]): readonly string[] =>
  documents.flatMap((document) =>
    Object.entries(RULES).flatMap(([rule, find]) =>
      find(document, documents).map((found) => `${document.kind}/${document.metadata.name}: ${rule}: ${found}`),
    ),
  );

const NOT_A_POD = new Set(['Namespace', 'ServiceAccount', 'PriorityClass']);
const made = new Set<string>();

/** Namespaces, accounts and priorities are there before what needs them; a dry run leaves nothing behind. */
beforeAll(async () => {
  const all = await Promise.all(CASES.map(({ tree, sets }) => rendered(tree, sets)));
  for (const document of all.flatMap(documentsIn).filter(({ kind }) => NOT_A_POD.has(kind))) {
    await kubectl(['apply', '-f', '-'], JSON.stringify(document));
    if (document.kind !== 'ServiceAccount') made.add(`${document.kind.toLowerCase()}/${document.metadata.name}`);
  }
});
afterAll(async () => {
  if (made.size > 0) await kubectl(['delete', '--wait=false', ...made]);
});

describe.each(CASES)('manifests/$tree, $way', ({ tree, sets }) => {
  test('the real API server takes every document, and warns of none', async () => {
    const text = await rendered(tree, sets);
    const { out, err } = await kubectl(['apply', '--dry-run=server', '-f', '-'], text);
    expect(out.trim().split('\n')).toHaveLength(documentsIn(text).length);
    expect(err).toBe('');
  });

  test('the pods are admitted by the Pod Security level of their namespace', async () => {
    const workloads = documentsIn(await rendered(tree, sets)).filter((one) => podSpecOf(one) !== undefined);
    expect(workloads.length).toBeGreaterThan(0);
    for (const { metadata, spec } of workloads) {
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: podOf(spec) };
      const { err } = await kubectl(['create', '--dry-run=server', '-f', '-'], JSON.stringify(pod));
      expect(err).toBe('');
    }
  });

  test.each(['1.31', '1.32', '1.33', '1.34'])('every document fits Kubernetes %s', async (version) => {
    await expect(rendered(tree, sets, ['--validate', '--kubernetes-version', version])).resolves.not.toBe('');
  });

  test('our rules find nothing', async () => {
    expect(findingsIn(documentsIn(await rendered(tree, sets)))).toEqual([]);
  });
});

test('the rules do find: a pod that breaks each of them', () => {
  const container = { name: 'c', image: 'kafka:latest', env: [{ name: 'KAFKA_PASSWORD', value: 'y' }] };
  const spec = {
    containers: [{ ...container, volumeMounts: [{ name: 'proc' }] }],
    volumes: [{ name: 'proc', hostPath: {} }],
  };
  const bad: Document = {
    ...{
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'bad' },
      spec: { template: { metadata: {}, spec } },
    },
    rules: [{ apiGroups: [''], resources: ['*'], verbs: ['get'] }],
  };
  for (const [rule, find] of Object.entries(RULES)) expect(find(bad, [bad]), rule).not.toEqual([]);
});

test('the cluster agent may list and watch what a cluster serves, but for Secrets and Leases, and nothing that none serves', async () => {
  const { out } = await kubectl(['api-resources', '--verbs=list,watch', '--no-headers', '-o', 'name']);
  const served = new Set(
    out
      .trim()
      .split('\n')
      .map((name) => name.trim()),
  );
  for (const not of ['secrets', 'leases.coordination.k8s.io']) served.delete(not);
  const granted = grantsOf(documentsIn(await rendered('agents', [])), 'mosaic-cluster-agent', 'ClusterRole')
    .filter(({ verbs }) => verbs.join() === 'list,watch')
    .map(({ name }) => name);
  const builtIn = [...served].filter(
    (name) => !name.includes('.') || /^[^.]+\.(apps|batch|autoscaling|policy)$|\.k8s\.io$/.test(name),
  );
  expect(builtIn.filter((name) => !granted.includes(name))).toEqual([]);
  expect(granted.filter((name) => !served.has(name))).toEqual([]);
});

const BUNDLES = ['agent-cluster', 'agent-node', 'receiver', 'deriver', 'api'];

test('every setting that a process of ours is given is one that it has', async () => {
  const documents = await Promise.all(CASES.map(({ tree, sets }) => rendered(tree, sets).then(documentsIn)));
  const ours = documents
    .flat()
    .flatMap(containersOf)
    .flatMap(({ args, env = [] }) => {
      const bundle = /dist\/(.+)\.mjs$/.exec(String(args))?.[1];
      return bundle === undefined ? [] : [{ bundle, names: env.map(({ name }) => name) }];
    });
  expect([...new Set(ours.map(({ bundle }) => bundle))].sort()).toEqual([...BUNDLES].sort());
  for (const bundle of BUNDLES) {
    const { out } = await ran(process.execPath, [join(root, 'dist', `${bundle}.mjs`), '--help']);
    const has = new Set(['NODE_OPTIONS', ...[...out.matchAll(/^ {2}([A-Z_]+) /gm)].map(([, name]) => name)]);
    const given = ours.filter((one) => one.bundle === bundle).flatMap(({ names }) => names);
    expect(
      given.filter((name) => !has.has(name)),
      bundle,
    ).toEqual([]);
  }
});

/** What asks for each right: the setting without which it would be unused. */
const USES: Readonly<Record<string, string>> = {
  'ClusterRole/mosaic-cluster-agent tokenreviews.authentication.k8s.io create': 'MOSAIC_NODE_ACCOUNT',
  'Role/mosaic-cluster-agent leases.coordination.k8s.io create': 'MOSAIC_AGENT_LEASE',
  'Role/mosaic-cluster-agent leases.coordination.k8s.io get,update': 'MOSAIC_AGENT_LEASE',
  'Role/mosaic-certifier pods get': 'MOSAIC_NODE_ACCOUNT',
  'ClusterRole/mosaic-node-agent pods list,watch': 'MOSAIC_CLUSTERS',
};

test('every right is used by a setting of who has it', async () => {
  const documents = documentsIn(await rendered('agents', []));
  const named = new Set(documents.flatMap(containersOf).flatMap(({ env = [] }) => env.map(({ name }) => name)));
  const rights = documents
    .filter(({ rules }) => rules)
    .flatMap(({ kind, metadata }) =>
      grantsOf(documents, metadata.name, kind).map(
        ({ name, verbs }) => `${kind}/${metadata.name} ${name} ${verbs.join()}`,
      ),
    );
  const watched = (right: string): boolean => /^ClusterRole\/mosaic-cluster-agent .* list,watch$/.test(right);
  const settingOf = (right: string): string | undefined => (watched(right) ? 'MOSAIC_CLUSTERS' : USES[right]);
  expect(rights.filter((right) => !named.has(settingOf(right) ?? ''))).toEqual([]);
  expect(Object.keys(USES).filter((right) => !rights.includes(right))).toEqual([]);
});

test('the cluster agent runs with exactly its rights: it leads, and is refused nothing but Secrets', async () => {
  const namespace = 'mosaic-agent';
  const documents = documentsIn(await rendered('agents', []));
  const rights = documents.filter(({ apiVersion }) => apiVersion.startsWith('rbac.'));
  const listed = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: rights });
  await kubectl(['apply', '-f', '-'], listed);
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-rights-'));
  const port = await freePort();
  const agent = run('agent-cluster', {
    ...{
      KUBECONFIG: await asAccount(folder, namespace, 'mosaic-cluster-agent'),
      MOSAIC_DATA: folder,
      PORT: String(port),
    },
    ...{ MOSAIC_CLUSTER_ID: '77', MOSAIC_CLUSTER_NAME: 'rights', MOSAIC_AGENT_LEASE: namespace, MOSAIC_CLUSTERS: '' },
  });
  try {
    const refused = await eventually('every kind is watched or refused', async () => {
      const { dependencies } = (await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()) as Readiness;
      const detail = dependencies.cluster?.detail ?? '';
      return detail.startsWith('watching') ? detail : undefined;
    });
    const kinds = refused.replace(/^watching(; not watched: )?/, '').split(', ');
    const ofOtherTests = (kind: string): boolean => kind.includes('.test/'); // their own resources, in the same cluster
    expect(kinds.filter((kind) => !ofOtherTests(kind))).toEqual(['v1/Secret']);
    const { out: holder } = await kubectl(['-n', namespace, 'get', 'lease', 'mosaic-agent', '-o', 'name']);
    expect(holder.trim()).toBe('lease.coordination.k8s.io/mosaic-agent');
    const asNode = ['--as', 'system:serviceaccount:mosaic-node:mosaic-node-agent', 'auth', 'can-i'];
    expect((await kubectl([...asNode, 'watch', 'pods', '-A'])).out.trim()).toBe('yes');
    await expect(kubectl([...asNode, 'get', 'secrets', '-A'])).rejects.toThrow();
  } finally {
    await agent.stop();
    rmSync(folder, { recursive: true, force: true });
    await kubectl(['delete', '-f', '-'], listed);
  }
});

/** Path of a kubeconfig that speaks as this account, by a token such as its pod would have. */
async function asAccount(folder: string, namespace: string, account: string): Promise<string> {
  const { out: config } = await kubectl(['config', 'view', '--raw', '--minify', '-o', 'json']);
  const { out: token } = await kubectl(['-n', namespace, 'create', 'token', account]);
  const given = JSON.parse(config) as { readonly users: readonly { readonly name: string }[] }; // as kubectl prints it
  const users = given.users.map(({ name }) => ({ name, user: { token: token.trim() } }));
  const path = join(folder, 'kubeconfig');
  writeFileSync(path, JSON.stringify({ ...given, users }), { mode: 0o600 });
  return path;
}

/** As a controller would make it: a StatefulSet's claims are volumes of its pods. */
function podOf(spec: Document['spec']): object {
  const claims = (spec?.volumeClaimTemplates ?? []).map(({ metadata: { name } }) => ({
    ...{ name, persistentVolumeClaim: { claimName: name } },
  }));
  const made = spec?.template?.spec;
  return { ...made, volumes: [...(made?.volumes ?? []), ...claims] };
}

function grantsOf(documents: readonly Document[], role: string, kind: string) {
  return documents
    .filter((one) => one.kind === kind && one.metadata.name === role)
    .flatMap(({ rules = [] }) => rules)
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) => resources.map((one) => ({ name: group === '' ? one : `${one}.${group}`, verbs }))),
    );
}
