import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';

let cluster: ControlPlane;
beforeAll(async () => {
  cluster = await startControlPlane({ own: true });
});
afterAll(() => cluster?.stop());

const kubectl = (kubeconfig: string, ...args: string[]): string => {
  try {
    return execFileSync('kubectl', ['--kubeconfig', kubeconfig, ...args], { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    return String((error as { stderr?: unknown }).stderr); // what execFileSync throws carries it
  }
};

it('a limited user may do what it was granted and nothing else', async () => {
  const watcher = await cluster.kubeconfigFor('watcher');
  expect(kubectl(watcher, 'get', 'pods')).toContain('Forbidden');
  await cluster.grant('watcher', [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }]);
  expect(kubectl(watcher, 'get', 'pods')).not.toContain('Forbidden');
  expect(kubectl(watcher, 'get', 'secrets')).toContain('Forbidden');
});

it('a Deployment gets its pods, and all is there after the API server restarted', async () => {
  kubectl(cluster.kubeconfigPath, 'create', 'deployment', 'shop', '--image=none', '--replicas=2');
  const pods = () => kubectl(cluster.kubeconfigPath, 'get', 'pods', '-l', 'app=shop', '-o', 'name').trim().split('\n');
  for (let round = 0; round < 50 && pods().length < 2; round++)
    await new Promise((resolve) => setTimeout(resolve, 200));
  const before = pods();
  expect(before).toHaveLength(2);
  await cluster.restartApiServer();
  expect(pods()).toEqual(before);
  await cluster.killApiServer();
  await cluster.restartApiServer();
  expect(pods()).toEqual(before);
});
