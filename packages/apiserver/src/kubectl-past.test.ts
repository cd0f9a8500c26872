import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiHandler } from './http/handler.ts';
import type { ObjectSource, UsageReader } from './port.ts';
import { type Kubectl, kubectlAt, kubectlIsHere } from './testing/kubectl.ts';
import { memorySource } from './testing/memory-source.ts';
import { deployment, plant, pod } from './testing/test-api.ts';

const THEN = Date.parse('2026-01-02T03:12:00Z');
const MEASURED = { at: THEN, windowMs: 15_000 };
const usage: UsageReader = {
  pods: (pods) =>
    pods.map(() => ({ ...MEASURED, containers: [{ name: 'main', cpuNanocores: 25e6, memoryBytes: 64 * 2 ** 20 }] })),
  nodes: (nodes) => nodes.map(() => ({ ...MEASURED, cpuNanocores: 1e9, memoryBytes: 2 ** 30 })),
};

/** As a store would show a moment: read-only, below a prefix, with its own now. */
function past(): ObjectSource {
  const {
    write: _write,
    watch: _watch,
    ...source
  } = memorySource({
    now: () => THEN,
    usage,
    warning: () => 'nobody watched from 02:00 to 02:10',
    async *logs(_namespace, name) {
      yield `${name} said so`;
    },
  });
  return source;
}

describe.runIf(kubectlIsHere)('the real kubectl, at a past moment', () => {
  let server: Server;
  let kubectl: Kubectl;

  beforeAll(async () => {
    const memory = memorySource({ now: () => THEN });
    plant(memory, 'Namespace', { metadata: { name: 'default' }, status: { phase: 'Active' } });
    plant(memory, 'Node', { metadata: { name: 'n1' }, status: { allocatable: { cpu: '4', memory: '8Gi' } } });
    plant(
      memory,
      'Pod',
      pod('web-1', {
        metadata: { labels: { app: 'web' }, creationTimestamp: '2026-01-02T01:12:00Z' },
        status: { phase: 'Running' },
      }),
    );
    plant(memory, 'Deployment', deployment('web'));
    const { get, list, currentVersion } = memory;
    const shown: ObjectSource = { ...past(), get, list, currentVersion };
    const prefix = '/at/2026-01-02T03:12:00Z/eu-1';
    server = createServer(
      apiHandler(() => ({ source: shown, prefix, readOnlyBecause: 'this is 03:12: nothing can be changed then' })),
    );
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    kubectl = await kubectlAt(`http://127.0.0.1:${port}${prefix}`);
  });
  afterAll(async () => {
    await kubectl.close();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  it('lists with ages of that moment, and passes the warning on', async () => {
    const { out, err } = await kubectl.run(['get', 'pods', '-A']);
    expect(out).toMatch(/default +web-1 +0\/1 +Running +0 +120m/);
    expect(err).toContain('Warning: nobody watched from 02:00 to 02:10');
  });

  it('describes, explains, reads logs and tops', async () => {
    const [described, explained, logs, pods, nodes] = await Promise.all([
      kubectl.ask('describe deployment web'),
      kubectl.ask('explain deployment.spec.replicas'),
      kubectl.ask('logs web-1'),
      kubectl.ask('top pods'),
      kubectl.ask('top nodes'),
    ]);
    expect(described).toMatch(/Replicas: +2 desired/);
    expect(explained).toContain('How many pods are wanted.');
    expect(logs).toBe('web-1 said so\n');
    expect(pods).toMatch(/web-1 +25m +64Mi/);
    expect(nodes).toMatch(/n1 +1000m +25% +1024Mi +12%/);
  });

  it.each([
    'delete pod web-1',
    'scale deploy web --replicas=3',
    'label pod web-1 a=b',
    'create configmap x',
    'drain n1 --force',
    'exec web-1 -- ls',
    'rollout restart deploy web',
  ])('%s is refused with the reason', async (line) => {
    const { out, err } = await kubectl.run(line.split(' '));
    expect(out + err).toContain('this is 03:12: nothing can be changed then');
  });
});
