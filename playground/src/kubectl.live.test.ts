import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Playground, playground } from './playground.ts';

const run = promisify(execFile);
/** Words of kubectl. */
const AT_ONCE = 3;
let folder = '';
let world: Playground | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playground-'));
  world = await playground({ seed: 4, historyHours: 1, stateDir: folder });
  await world.start();
});
afterAll(async () => {
  await world?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The real kubectl, in the shop of eu-1. */
async function kubectl(...args: readonly string[]): Promise<string> {
  const kubeconfig = ['--kubeconfig', join(folder, 'playground.kubeconfig'), '--context', 'eu-1', '-n', 'shop'];
  const { stdout } = await run('kubectl', [...kubeconfig, ...args], { env: { ...process.env, NO_PROXY: '*' } });
  return stdout;
}

test('kubectl lists the pods of the shop as a table', async () => {
  const table = await kubectl('get', 'pods');
  expect(table).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE/);
  expect(table).toMatch(/orders-db-0 +1\/1 +Running/);
});

test('kubectl reads logs and describes', async () => {
  expect((await kubectl('logs', 'catalog-db-0', '--tail=3')).trim().split('\n')).toHaveLength(3);
  expect(await kubectl('describe', 'deployment', 'checkout')).toContain('StrategyType:       Recreate');
});

/** What kubectl says when it fails. */
const refused = (...args: readonly string[]): Promise<string> =>
  kubectl(...args).then(
    (said) => `not refused: ${said}`,
    (error: unknown) => String((error as { stderr?: string }).stderr), // execFile's error
  );

// Each of them waits for a workload of its own.
describe.concurrent('workloads', () => {
  test('kubectl sets an image, follows the roll-out and undoes it', async ({ expect }) => {
    await kubectl('set', 'image', 'deployment/inventory', 'inventory=shop/inventory:2.0.0');
    expect(await kubectl('rollout', 'status', 'deployment/inventory', '--timeout=60s')).toContain(
      'successfully rolled out',
    );
    await kubectl('rollout', 'undo', 'deployment/inventory');
    expect(await kubectl('rollout', 'status', 'deployment/inventory', '--timeout=60s')).toContain(
      'successfully rolled out',
    );
    expect(await kubectl('get', 'deployment', 'inventory', '-o', 'wide')).not.toContain('2.0.0');
  }, 120_000);

  test('kubectl scales and waits', async () => {
    await kubectl('scale', 'deployment/payments', '--replicas=4');
    await kubectl('wait', 'deployment/payments', '--for=jsonpath={.status.readyReplicas}=4', '--timeout=60s');
  }, 90_000);

  test('kubectl deletes a pod and its owner makes another', async ({ expect }) => {
    const before = await kubectl('get', 'pod', '-l', 'app.kubernetes.io/name=mailer', '-o', 'name');
    await kubectl('delete', ...before.trim().split('\n'));
    const after = await kubectl('get', 'pod', '-l', 'app.kubernetes.io/name=mailer', '-o', 'name');
    expect(after.trim()).not.toBe('');
    expect(after).not.toBe(before);
  }, 60_000);

  test('kubectl rolls a stateful set back by its history', async ({ expect }) => {
    await kubectl('set', 'image', 'statefulset/catalog-db', 'catalog-db=postgres:16');
    await kubectl('rollout', 'status', 'statefulset/catalog-db', '--timeout=90s');
    expect(await kubectl('rollout', 'history', 'statefulset/catalog-db')).toMatch(/^1 .*\n2 /m);
    await kubectl('rollout', 'undo', 'statefulset/catalog-db');
    await kubectl('rollout', 'status', 'statefulset/catalog-db', '--timeout=90s');
    expect(await kubectl('get', 'statefulset', 'catalog-db', '-o', 'wide')).not.toContain('postgres:16');
  }, 240_000);

  test('kubectl makes a job of a cron job and waits for it', async ({ expect }) => {
    await kubectl('create', 'job', '--from=cronjob/session-cleanup', 'by-hand');
    await kubectl('wait', 'job/by-hand', '--for=condition=complete', '--timeout=60s');
    expect(await kubectl('events', '--for', 'job/by-hand')).toContain('SuccessfulCreate');
  }, 90_000);

  test('kubectl breaks checkout by a setting, sees why, and mends it', async ({ expect }) => {
    await kubectl('set', 'env', 'deployment/checkout', 'PAYMENTS_PORT=8081');
    await kubectl('wait', 'deployment/checkout', '--for=condition=Available=false', '--timeout=60s');
    await expect
      .poll(() => kubectl('get', 'events'), { timeout: 60_000, interval: 1_000 })
      .toContain('Readiness probe failed');
    const logs = () => kubectl('logs', 'deployment/checkout', '--tail=20');
    await expect.poll(logs, { timeout: 60_000, interval: 1_000 }).toContain('ECONNREFUSED');
    await kubectl('set', 'env', 'deployment/checkout', 'PAYMENTS_PORT=8080');
    await kubectl('rollout', 'status', 'deployment/checkout', '--timeout=60s');
  }, 200_000);
});

describe('nodes and metrics', () => {
  describe.concurrent('a node', () => {
    test('kubectl drains a node within the budgets: it takes no more pods, others take them, and it comes back', {
      concurrent: false,
      timeout: 300_000,
    }, async ({ expect }) => {
      const node = 'eu-1-worker-2';
      const pods = () => kubectl('get', 'pods', '-A', '-o', 'wide', '--field-selector', `spec.nodeName=${node}`);
      // While its bad release plays, checkout has nothing to spare: its budget lets no pod go.
      const others = '--pod-selector=app.kubernetes.io/name!=checkout';
      const wide = ['--ignore-daemonsets', '--delete-emptydir-data', '--force', '--timeout=150s', others];
      expect(await kubectl('drain', node, ...wide)).toContain(`node/${node} drained`);
      expect(await kubectl('get', 'node', node)).toContain('Ready,SchedulingDisabled');
      await expect.poll(pods, { timeout: 60_000, interval: 1_000 }).not.toMatch(/^shop +(?! *checkout)/m);
      await kubectl('wait', 'deployment/cart', 'deployment/search', '--for=condition=Available', '--timeout=90s');
      await kubectl('uncordon', node);
      expect(await kubectl('get', 'node', node)).not.toContain('SchedulingDisabled');
    });

    test('kubectl is told that an eviction would break a budget', { concurrent: false }, async ({ expect }) => {
      await kubectl('create', 'pdb', 'all-of-cart', '--selector=app.kubernetes.io/name=cart', '--min-available=100%');
      const [pod = ''] = (await kubectl('get', 'pods', '-l', 'app.kubernetes.io/name=cart', '-o', 'name')).split('\n');
      const name = pod.replace('pod/', '');
      const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'shop' } };
      const body = join(folder, 'eviction.json');
      await writeFile(body, JSON.stringify(eviction));
      const said = await refused('create', '--raw', `/api/v1/namespaces/shop/pods/${name}/eviction`, '-f', body);
      expect(said).toContain("Cannot evict pod as it would violate the pod's disruption budget.");
      await kubectl('delete', 'pdb', 'all-of-cart');
    });

    test('kubectl top tells what pods and nodes use', { concurrent: false, timeout: 90_000 }, async ({ expect }) => {
      expect(await kubectl('top', 'pods', '-l', 'app.kubernetes.io/name=catalog')).toMatch(/catalog-\S+ +\d+m +\d+Mi/);
      // The drain before this may have moved the pod: it uses nothing until it runs again.
      const all = () => kubectl('top', 'pods', '--containers', '--sum');
      await expect.poll(all, { timeout: 60_000, interval: 1_000 }).toMatch(/orders-db-0 +orders-db +\d+m +\d+Mi/);
      expect(await kubectl('top', 'nodes')).toMatch(/eu-1-worker-1 +\d+m +\d+% +\d+Mi +\d+%/);
    });
  });

  test.concurrent('kubectl autoscales a deployment, in the first version and the second', async ({ expect }) => {
    await kubectl('autoscale', 'deployment/inventory', '--min=2', '--max=5', '--cpu-percent=70');
    const told = '--for=jsonpath={.status.conditions[?(@.type=="ScalingActive")].status}=True';
    await kubectl('wait', 'hpa/inventory', told, '--timeout=60s');
    expect(await kubectl('get', 'hpa', 'inventory')).toMatch(
      /inventory +Deployment\/inventory +cpu: \d+%\/70% +2 +5 +\d/,
    );
    const first = await kubectl(
      'get',
      'horizontalpodautoscalers.v1.autoscaling',
      'inventory',
      '-o',
      'jsonpath={.spec.targetCPUUtilizationPercentage}',
    );
    expect(first).toBe('70');
    await kubectl('delete', 'hpa', 'inventory');
  }, 90_000);
});

test('kubectl describes one of every kind there is', async () => {
  const kinds = (await kubectl('api-resources', '--verbs=list', '-o', 'name')).trim().split('\n');
  const left = kinds.values();
  const look = async (): Promise<void> => {
    for (const kind of left) await describesOne(kind);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, look));
}, 120_000);

/** Nothing where there is none. */
async function describesOne(kind: string): Promise<void> {
  const paths = '{range .items[*]}{.metadata.namespace}/{.metadata.name}{"\\n"}{end}';
  const [first = ''] = (await kubectl('get', kind, '-A', '-o', `jsonpath=${paths}`)).split('\n');
  const [namespace = '', name = ''] = first.split('/');
  if (name === '') return;
  const where = namespace === '' ? [] : ['-n', namespace];
  expect(await kubectl('describe', kind, name, ...where)).toContain(name);
}

test('kubectl is told plainly what needs a kubelet, who it is and what there is not', async () => {
  const said = await Promise.all([
    refused('exec', 'orders-db-0', '--', 'ls'),
    refused('port-forward', 'orders-db-0', '5432'),
    refused('get', 'componentstatuses'),
    kubectl('auth', 'whoami', '--as', 'maria'),
    kubectl('auth', 'can-i', 'create', 'pods/eviction'),
  ]);
  expect(said[0]).toContain('(NotImplemented): exec is not implemented: no kubelet stands behind pod "orders-db-0"');
  expect(said[1]).toContain('portforward is not implemented');
  expect(said[2]).toContain('the server doesn\'t have a resource type "componentstatuses"');
  expect(said[3]).toMatch(/Username +maria/);
  expect(said[4]).toBe('yes\n');
});
