// `mosaic install agents`, `verify`, `upgrade` and `uninstall` against a real API server: what is made, what is left alone, what is said.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../journey/http.ts';
import { kubectl } from '../manifests/documents.ts';
import { service } from '../services.ts';
import { mosaicWith } from './command.ts';

const mosaic = mosaicWith();
const [SERVERS, AGENT, NODE] = ['install-servers', 'install-agent', 'install-agent-node'];
const AGENTS = ['agents', '--servers-namespace', SERVERS, '--namespace', AGENT, '--set', 'cluster.name=live'];
const install = (...more: readonly string[]) => mosaic('install', ...AGENTS, '--yes', '--wait-for', '0', ...more);
const named = async (...args: readonly string[]): Promise<readonly string[]> =>
  (await kubectl(['get', ...args, '--ignore-not-found', '-o', 'name'])).out.trim().split('\n').filter(Boolean);
/** All that bears our label, but for what the servers' credentials are. */
const ofOurs = async (): Promise<readonly string[]> => {
  const kinds = 'clusterroles,clusterrolebindings,priorityclasses,namespaces';
  const label = ['-l', 'app.kubernetes.io/part-of=mosaic'];
  const inside =
    'deployments,daemonsets,services,serviceaccounts,roles,rolebindings,networkpolicies,poddisruptionbudgets,configmaps,secrets';
  const found = [
    ...(await named(kinds, ...label)),
    ...(await named(inside, ...label, '-n', AGENT)),
    ...(await named(inside, ...label, '-n', NODE)),
  ];
  return found.filter((name) => name !== `namespace/${SERVERS}`);
};

beforeAll(async () => {
  await kubectl([
    'delete',
    '--ignore-not-found',
    '--wait=true',
    'clusterrole,clusterrolebinding,priorityclass',
    '-l',
    'app.kubernetes.io/part-of=mosaic',
  ]);
  const { code, said } = await mosaic('init', '--context', 'mosaic-dev', '--namespace', SERVERS);
  expect(said).toContain('made');
  expect(code).toBe(0);
});
afterAll(async () => {
  await mosaic('uninstall', 'agents', '--namespace', AGENT, '--yes', '--delete-all');
  await kubectl(['delete', '--ignore-not-found', '--wait=false', 'namespace', SERVERS, AGENT, NODE]);
});

describe('agents', () => {
  test('a dry run shows checks and plan and changes nothing', async () => {
    const before = await ofOurs();
    const { code, said } = await mosaic('install', ...AGENTS, '--dry-run');
    expect(said).toMatch(/✓ Kubernetes: v1\.\d+/);
    expect(said).toContain('✓ rights:');
    expect(said).toContain(`create  Deployment ${AGENT}/mosaic-cluster-agent`);
    expect(code).toBe(0);
    expect(await ofOurs()).toEqual(before);
  });

  test('nobody who agrees is nobody’s install', async () => {
    const { code, said } = await mosaic('install', ...AGENTS);
    expect(said).toContain('--yes agrees beforehand');
    expect(code).toBe(2);
    expect(await ofOurs()).toEqual([]);
  });

  test('who may not is told the missing rules and who could grant them; nothing was changed', async () => {
    const reader = mosaicWith({ KUBECONFIG: await service('/kubernetes/reader') });
    const { code, said } = await reader('install', ...AGENTS, '--yes');
    expect(said).toContain('reader may not:');
    expect(said).toContain('create clusterroles.rbac.authorization.k8s.io in the whole cluster');
    expect(said).toContain(`patch deployments.apps in namespace ${AGENT}`);
    expect(said).toContain('cluster-admin');
    expect(said).toContain('name: mosaic-installer');
    expect(code).toBe(1);
    expect(await ofOurs()).toEqual([]);
  });

  test('somebody else’s object of the same name is named and left alone', async () => {
    await kubectl(['create', 'clusterrole', 'mosaic-node-agent', '--verb=get', '--resource=pods']);
    const { code, said } = await install();
    expect(said).toMatch(/foreign +ClusterRole mosaic-node-agent/);
    expect(code).toBe(2);
    expect(await ofOurs()).toEqual([]);
    const { out } = await kubectl(['get', 'clusterrole', 'mosaic-node-agent', '-o', 'jsonpath={.rules[0].verbs}']);
    expect(out).toBe('["get"]');
    await kubectl(['delete', 'clusterrole', 'mosaic-node-agent']);
  });

  test('interrupted half way and run again it goes on, and a third run finds nothing to do', async () => {
    const killed = await mosaic.killedAt(
      'created  ClusterRoleBinding',
      'install',
      ...AGENTS,
      '--yes',
      '--wait-for',
      '0',
    );
    expect(killed.code).toBeNull();
    expect(await named('deployment', 'mosaic-cluster-agent', '-n', AGENT)).toEqual([]);
    const verified = await mosaic('verify', '--namespace', AGENT);
    expect(verified.said).toContain('an install that was interrupted');
    expect(verified.code).toBe(1);
    const again = await install();
    expect(again.said).toContain('a run was interrupted; this one goes on');
    expect(again.code).toBe(0);
    expect(await named('deployment,daemonset', '-A', '-l', 'app.kubernetes.io/part-of=mosaic')).toHaveLength(2);
    const third = await install();
    expect(third.said).toMatch(/plan: \d+ keep, in install-agent and install-agent-node/);
    expect(third.code).toBe(0);
  });

  test('what a person changed is shown in the plan, and taken back', async () => {
    await kubectl(['-n', AGENT, 'scale', 'deployment', 'mosaic-cluster-agent', '--replicas=5']);
    const { said } = await install();
    expect(said).toMatch(/change +Deployment install-agent\/mosaic-cluster-agent: spec\.replicas/);
    const { out } = await kubectl([
      '-n',
      AGENT,
      'get',
      'deployment',
      'mosaic-cluster-agent',
      '-o',
      'jsonpath={.spec.replicas}',
    ]);
    expect(out).toBe('2');
  });

  test('values of an earlier run are kept, and what is no longer wished goes', async () => {
    const { said } = await install('--set', 'network.policies=false');
    expect(said).toContain('removed  NetworkPolicy install-agent/mosaic-default-deny');
    expect(await named('networkpolicies', '-n', AGENT)).toEqual([]);
    expect((await install()).said).not.toContain('NetworkPolicy');
    expect((await install('--set', 'network.policies=true')).code).toBe(0);
  });

  test('an older version is refused', async () => {
    const { code, said } = await mosaic('upgrade', 'agents', '--namespace', AGENT, '--yes', '--set', 'image.tag=0.0.9');
    expect(said).toContain('0.1.0, which is newer than 0.0.9');
    expect(code).toBe(1);
  });

  test('verify names what is not whole, and why', async () => {
    const { code, said } = await mosaic('verify', '--namespace', AGENT);
    expect(said).toMatch(/✗ Deployment install-agent\/mosaic-cluster-agent: .*no nodes available/);
    expect(said).toMatch(/✓ certificate install-agent\/mosaic-agent-kafka: mosaic-agent-1, until/);
    expect(code).toBe(1);
  });

  test('uninstall removes what was made and nothing else, and keeps data unless it is told', async () => {
    await kubectl(['-n', AGENT, 'create', 'configmap', 'somebody-elses']);
    const first = await mosaic('uninstall', 'agents', '--namespace', AGENT, '--yes');
    expect(first.code).toBe(0);
    expect(await ofOurs()).toEqual([
      ...[`namespace/${AGENT}`, `namespace/${NODE}`],
      ...['secret/mosaic-agent-kafka', 'secret/mosaic-agent-key', 'secret/mosaic-agent-kafka'],
    ]);
    expect((await mosaic('uninstall', 'agents', '--namespace', AGENT, '--yes')).code).toBe(3);
    await install();
    const { said } = await mosaic('uninstall', 'agents', '--namespace', AGENT, '--yes', '--delete-all');
    expect(said).toContain(`kept     namespace ${AGENT}: it holds ConfigMap somebody-elses`);
    expect((await named('configmaps', '-n', AGENT)).filter((name) => !name.endsWith('kube-root-ca.crt'))).toEqual([
      'configmap/somebody-elses',
    ]);
  });

  test('a namespace that was there before is given back as it was', async () => {
    await kubectl(['delete', 'namespace', AGENT, '--wait=true']);
    await kubectl(['create', 'namespace', AGENT]);
    expect((await install()).said).toContain('it stays when Mosaic goes');
    const { said } = await mosaic('uninstall', 'agents', '--namespace', AGENT, '--yes', '--delete-all');
    expect(said).toContain(`left     Namespace ${AGENT}`);
    const { out } = await kubectl(['get', 'namespace', AGENT, '-o', 'jsonpath={.metadata.labels}']);
    expect(JSON.parse(out)).toEqual({ 'kubernetes.io/metadata.name': AGENT });
    expect(await ofOurs()).toEqual([]);
  });
});

describe('servers', () => {
  const TWO = 'install-two';
  const servers = (...more: readonly string[]) =>
    mosaic('install', 'servers', '--namespace', TWO, '--yes', '--wait-for', '0', ...more);
  const volumes = () => named('persistentvolumeclaims', '-n', TWO);

  test('without a storage class it says so before anything is made', async () => {
    const { code, said } = await servers();
    expect(said).toContain('✗ storage: no class is the default');
    expect(code).toBe(1);
    expect(await named('namespace', TWO)).toEqual([]);
  });

  test('they are made in order, and how to get in is printed without the password', async () => {
    const storage = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', provisioner: 'example.test/none' };
    await kubectl(['apply', '-f', '-'], JSON.stringify({ ...storage, metadata: { name: 'install-live' } }));
    const { code, said } = await servers('--set', 'storageClass=install-live');
    expect(code, said).toBe(0);
    expect(said).toContain(`kubectl -n ${TWO} port-forward svc/mosaic 9000:80`);
    expect(said).toContain(`kubectl -n ${TWO} get secret mosaic-admin`);
    const { out } = await kubectl(['-n', TWO, 'get', 'secret', 'mosaic-admin', '-o', 'jsonpath={.data.password}']);
    expect(said).not.toContain(Buffer.from(out, 'base64').toString());
    const order = [
      'StatefulSet install-two/mosaic-kafka',
      'Job install-two/mosaic-kafka-acls',
      'StatefulSet install-two/mosaic-cassandra',
      'Deployment install-two/mosaic-api',
    ];
    const places = order.map((name) => said.indexOf(`created  ${name}`));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(places[0]).toBeGreaterThan(0);
    expect((await servers()).said).toMatch(/plan: \d+ keep, in install-two/);
  });

  test('a Job that may not be changed is replaced', async () => {
    const { code, said } = await servers('--set', 'image.pullPolicy=IfNotPresent');
    expect(said).toMatch(/replace +Job install-two\/mosaic-kafka-acls/);
    expect(code, said).toBe(0);
  });

  test('volumes and credentials stay until they are named', async () => {
    await eventually('the volumes are there', async () => ((await volumes()).length > 0 ? true : undefined));
    const { said } = await mosaic('uninstall', 'servers', '--namespace', TWO, '--yes');
    expect(said).toContain(`kept     volumes: ${TWO}/data-mosaic-`);
    expect(said).toContain(`kept     namespace ${TWO}: it holds what was kept`);
    expect((await volumes()).length).toBeGreaterThan(0);
    expect((await servers('--set', 'storageClass=install-live')).code).toBe(0);
    const all = await mosaic('uninstall', 'servers', '--namespace', TWO, '--yes', '--delete-all');
    expect(all.said).toContain(`removed  namespace ${TWO}`);
    expect(await named('namespace', TWO)).toEqual([]);
    await kubectl(['delete', 'storageclass', 'install-live']);
  }, 240_000);
});
