import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Forbidden, type Manifest, type ResourceType, recordsAt, textsAt } from '@mosaic/kat';
import { afterEach, expect, test, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { serverCredentials } from '../install/catalogue.ts';
import { missingRights, rightsTo, rolesFor, shownRight, whoCouldGrant } from './access.ts';
import { isTheSame } from './apply.ts';
import { dataCheck, sumOf } from './arriving.ts';
import { installValues } from './credentials.ts';
import { rulesFor, withRules } from './custom-resources.ts';
import { type Made, madeBy } from './inventory.ts';
import { typesIn } from './kinds.ts';
import { manifestsCommand } from './manifests-command.ts';
import { changesBetween, isOurs, planOf, type Step } from './plan.ts';
import { rightsTable } from './rights-table.ts';
import { merged, namespacesOf, render, type TreeName, wishesOf } from './trees.ts';
import { newerThan } from './versions.ts';
import { progress } from './waiting.ts';

afterEach(() => vi.restoreAllMocks());

const README = join(import.meta.dirname, '../../../manifests/README.md');
const DEPLOYMENTS: ResourceType = {
  ...{ group: 'apps', version: 'v1', kind: 'Deployment', resource: 'deployments', namespaced: true },
  verbs: ['list', 'watch'],
};
const object = (name: string, more: object = {}): Manifest => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
  metadata: { uid: 'u1', name, namespace: 'mosaic', labels: { 'app.kubernetes.io/part-of': 'mosaic' } },
  ...more,
});

test('the table of rights in the manifests’ README is what is rendered', async () => {
  expect(readFileSync(README, 'utf8')).toContain(await rightsTable());
});

test.each(['servers', 'agents'] as const)(
  '%s: documents come in the order of their files, namespaces first',
  async (tree) => {
    const { pieces } = await render(tree, {});
    expect(pieces.map(({ file }) => file)).toEqual(pieces.map(({ file }) => file).toSorted());
    expect(pieces[0]?.object.kind).toBe('Namespace');
    expect(pieces.every(({ object }) => isOurs(object))).toBe(true);
  },
);

test('the Job of the one file may read and replace exactly the Secrets that mosaic init makes', async () => {
  const rendered = await render('servers', { init: { job: true } });
  const role = rendered.pieces.find(
    ({ object: { kind, metadata } }) => kind === 'Role' && metadata.name === 'mosaic-init',
  );
  const rule = recordsAt(role?.object, 'rules').find((one) => textsAt(one, 'verbs').includes('update'));
  const secrets = serverCredentials(installValues(rendered, 'mosaic'), 'mosaic').flatMap(({ places }) =>
    places.map(({ secret }) => secret),
  );
  expect([...textsAt(rule, 'resourceNames')].sort()).toEqual([...secrets].sort());
});

test.each(['servers', 'agents'] as const satisfies readonly TreeName[])(
  'one file of %s is YAML that applies in order, with its init Job',
  async (tree) => {
    let printed = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
    await manifestsCommand().parseAsync(['node', 'mosaic', tree]);
    const kinds = parseAllDocuments(printed).map((document) => (document.toJS() as Manifest).kind);
    const { pieces } = await render(tree, { init: { job: true } });
    expect(kinds).toEqual(pieces.map(({ object: { kind } }) => kind));
    expect(kinds).toContain('Job');
  },
);

test('values are checked where they are given: what is no key=value, what is no YAML, what is undefined', async () => {
  await expect(wishesOf({ files: [], sets: ['cluster.name'] })).rejects.toThrow('expected key.path=value');
  await expect(wishesOf({ files: ['/nowhere.yaml'], sets: [] })).rejects.toThrow('no such values file');
  await expect(render('agents', { image: 'mosaic' })).rejects.toThrow(/image/);
  const wishes = await wishesOf({ files: [], sets: ['cluster.id=7', 'kafka.brokers=[a:1]'] });
  expect(wishes).toEqual({ cluster: { id: 7 }, kafka: { brokers: ['a:1'] } });
  expect(merged({ cluster: { id: 1, name: 'a' } }, wishes)).toMatchObject({ cluster: { id: 7, name: 'a' } });
});

test('custom resources that the templates do not name get rules, Secrets and Leases never', async () => {
  const rendered = await render('agents', {});
  const type = (group: string, resource: string, verbs = ['list', 'watch']) => ({
    ...DEPLOYMENTS,
    group,
    resource,
    verbs,
  });
  const served = [type('apps', 'deployments'), type('', 'secrets'), type('coordination.k8s.io', 'leases')];
  const custom = [type('shop.test', 'parcels'), type('shop.test', 'carts'), type('metrics.k8s.io', 'pods', ['list'])];
  const rules = rulesFor({ types: [...served, ...custom] }, rendered);
  expect(rules).toEqual([{ group: 'shop.test', resources: ['carts', 'parcels'] }]);
  expect(withRules({}, rules)).toEqual({ rbac: { extra: rules } });
  expect(withRules({ rbac: { secrets: true } }, rules)).toEqual({ rbac: { secrets: true, extra: rules } });
  expect(withRules({ rbac: { extra: [] } }, rules)).toEqual({ rbac: { extra: [] } });
  const roles = (await render('agents', withRules({}, rules))).pieces.filter(
    ({ object: { kind } }) => kind === 'ClusterRole',
  );
  expect(JSON.stringify(roles)).toContain('"resources":["carts","parcels"]');
});

test('what the API server itself sets is no change; what a person set is', () => {
  const before = object('api', { spec: { replicas: 5, list: [{ a: 1 }] }, status: { replicas: 5 } });
  const after = object('api', { spec: { replicas: 2, list: [{ a: 1 }] } });
  const later = {
    ...after,
    metadata: { ...after.metadata, uid: 'u2', resourceVersion: '9', generation: 4, managedFields: [{}] },
  };
  expect(changesBetween(before, later)).toEqual(['spec.replicas']);
  expect(changesBetween(after, later)).toEqual([]);
});

test('somebody else’s object of our name is foreign, and in a namespace that is to come nothing is asked', async () => {
  const asked: string[] = [];
  const source = {
    get: async (_type: ResourceType, _namespace: string | undefined, name: string) => {
      asked.push(name);
      return name === 'theirs' ? { ...object('theirs'), metadata: { uid: 'x', name: 'theirs' } } : undefined;
    },
    apply: async (_type: ResourceType, one: Manifest) => one,
  };
  const pieces = [object('theirs'), object('new')].map((one) => ({ file: '40.yaml', object: one }));
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { uid: '', name: 'later' } };
  const inside = { ...object('inside'), metadata: { uid: '', name: 'inside', namespace: 'later' } };
  const all = [...pieces, { file: '00.yaml', object: namespace }, { file: '40.yaml', object: inside }];
  const types = [
    DEPLOYMENTS,
    { ...DEPLOYMENTS, group: '', kind: 'Namespace', resource: 'namespaces', namespaced: false },
  ];
  const steps = await planOf(source, all, typesIn({ types, failed: [] }));
  expect(steps.map(({ deed }) => deed)).toEqual(['foreign', 'create', 'create', 'create']);
  expect(asked).not.toContain('inside');
});

test('an inventory keeps the uid of what is there, and only that object is ours', () => {
  const type = { group: 'apps', version: 'v1', kind: 'Deployment', resource: 'deployments', namespaced: true };
  const old: Made = { type, namespace: 'mosaic', name: 'api', uid: 'u1' };
  const step: Step = {
    piece: { file: 'f', object: object('api') },
    type: DEPLOYMENTS,
    deed: 'keep',
    details: [],
    isAdopted: false,
  };
  expect(madeBy([step], [old])).toEqual([old]);
  expect(isTheSame(object('api'), old)).toBe(true);
  expect(isTheSame({ ...object('api'), metadata: { uid: 'u2', name: 'api' } }, old)).toBe(false);
  const interrupted: Made = { type, namespace: 'mosaic', name: 'api' };
  expect(isTheSame(object('api'), interrupted)).toBe(false);
  const applied = { ...object('api').metadata, managedFields: [{ manager: 'mosaic', operation: 'Apply' }] };
  expect(isTheSame({ ...object('api'), metadata: applied }, interrupted)).toBe(true);
});

test('rights that are missing come as Roles for whoever may grant them', async () => {
  const source = {
    review: async (_type: ResourceType, spec: unknown) => ({ allowed: JSON.stringify(spec).includes('"get"') }),
    list: async () => {
      throw new Forbidden({ verb: 'list', group: 'rbac.authorization.k8s.io', resource: 'clusterrolebindings' }, 'no');
    },
  };
  const missing = await missingRights(source, rightsTo(['get', 'create'], DEPLOYMENTS, 'mosaic'));
  expect(missing.map(shownRight)).toEqual(['create deployments.apps in namespace mosaic']);
  expect(await whoCouldGrant(source)).toContain('cluster-admin');
  const roles = rolesFor(missing, 'jane');
  expect(parseAllDocuments(roles).map((one) => (one.toJS() as Manifest).kind)).toEqual(['Role', 'RoleBinding']);
  expect(roles).toContain('name: jane');
});

test.each([
  ['0.2.0', '0.1.9', true],
  ['0.1.0', '0.1.0', false],
  ['1.0.0', '1.0.0-rc.1', true],
  ['1.0.0-rc.10', '1.0.0-rc.9', true],
  ['0.9.0', '0.10.0', false],
  ['latest', '0.1.0', false],
])('%s is newer than %s: %s', (one, other, expected) => {
  expect(newerThan(one, other)).toBe(expected);
});

test('a Job that failed ends the wait with its reason', () => {
  const job = (type: string) => ({
    ...object('acls'),
    kind: 'Job',
    status: { conditions: [{ type, status: 'True', message: 'BackoffLimitExceeded' }] },
  });
  expect(progress(job('Complete')).isDone).toBe(true);
  expect(() => progress(job('Failed'))).toThrow('BackoffLimitExceeded');
});

test('a metric is summed over its labels', () => {
  const text = 'a_total{x="1"} 2\na_total{x="2"} 3\na_totals 9\n';
  expect(sumOf(text, 'a_total')).toBe(5);
});

test('the inventory of agents is where the cluster agent is', async () => {
  expect(namespacesOf(await render('agents', {}))).toEqual(['mosaic-agent', 'mosaic-node']);
});

test('what an agent sealed and the broker took arrives; what all waits in the spool does not', async () => {
  const container = { name: 'agent', ports: [{ containerPort: 9000 }] };
  const pod = { ...object('agent-0'), kind: 'Pod', spec: { containers: [container] } };
  const answering = (metrics: string) => ({
    list: async () => ({ items: [pod], resourceVersion: '1' }),
    podAnswer: async () => metrics,
  });
  const agents = {
    tree: 'agents',
    namespace: 'mosaic-agent',
    version: '',
    state: 'complete',
    wishes: {},
    made: [],
  } as const;
  const check = (metrics: string, tree: TreeName = 'agents') =>
    dataCheck(answering(metrics), { ...agents, tree }, { now: Date.now, withinMs: -1 });
  const sealed = 'mosaic_agent_chunks_total{signal="state"} 4\n';
  expect((await check(`${sealed}mosaic_agent_spool_chunks{cluster="a"} 1`)).result).toBe('ok');
  expect(await check(`${sealed}mosaic_agent_spool_chunks{cluster="a"} 4`)).toMatchObject({
    result: 'failed',
    said: expect.stringContaining('4 wait'),
  });
  expect((await check('')).said).toBe('no agent answers');
  expect(await check('mosaic_receiver_chunks_total{signal="state"} 0', 'servers')).toMatchObject({
    result: 'note',
    said: 'no agent has sent anything yet',
  });
});
