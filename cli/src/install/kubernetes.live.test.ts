import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { live, type Manifest, type ResourceType, recordAt, textAt } from '@mosaic/kat';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isIssuedBy } from './certificate.ts';

const SECRETS: ResourceType = {
  ...{ group: '', version: 'v1', kind: 'Secret', resource: 'secrets', namespaced: true },
  verbs: [],
};
const kubeconfig = process.env.KUBECONFIG ?? '';
const contextIn = (path: string): string =>
  /current-context: "?([^"\n]+)"?/.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
const namespace = `mosaic-${randomBytes(3).toString('hex')}`;
const cluster = live({ kubeconfig });
/** The cluster is shared: others count what stands in it. */
afterAll(async () => {
  await promisify(execFile)('kubectl', [
    '--kubeconfig',
    kubeconfig,
    'delete',
    'namespace',
    namespace,
    '--ignore-not-found',
  ]);
  await cluster.close();
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command as a user runs it, with only these arguments to know anything by. */
async function mosaic(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const entry = join(import.meta.dirname, '../main.ts');
  const where = ['--context', contextIn(env.KUBECONFIG ?? kubeconfig), '--namespace', namespace];
  const running = promisify(execFile)(process.execPath, ['-C', '@mosaic/source', entry, ...args, ...where], {
    env: { ...process.env, ...env },
  });
  return running.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
  );
}

const secret = async (name: string): Promise<Readonly<Record<string, string>>> => {
  const found = await cluster.get(SECRETS, namespace, name);
  const data = Object.entries(recordAt(found, 'data') ?? {});
  return Object.fromEntries(data.map(([key, value]) => [key, Buffer.from(String(value), 'base64').toString()]));
};

/** Two at once, as two pods of a Job would be: nobody overwrites the other. */
let both: readonly Ended[];
beforeAll(async () => {
  both = await Promise.all([mosaic(['init']), mosaic(['init'])]);
});

test('init makes the namespace and its Secrets, of the right types, and shows no value', async () => {
  expect(both.map(({ code, stderr }) => [code, stderr])).toEqual([
    [0, ''],
    [0, ''],
  ]);
  const { items } = await cluster.list(SECRETS, { namespace });
  expect(items).toHaveLength(15);
  const types = new Map(items.map((one) => [one.metadata.name, textAt(one, 'type')]));
  expect(types.get('mosaic-receiver-kafka')).toBe('kubernetes.io/tls');
  expect(types.get('mosaic-kafka-ca')).toBe('Opaque');
  const printed = both.map(({ stdout }) => stdout).join('');
  for (const { data } of items as readonly (Manifest & { readonly data: Record<string, string> })[])
    for (const [name, value] of Object.entries(data)) {
      const text = Buffer.from(value, 'base64').toString();
      if (/key|password|keystore/.test(name)) expect(printed).not.toContain(text.trim().slice(0, 40));
    }
  expect(printed).toContain(`-n ${namespace} get secret mosaic-admin -o jsonpath={.data.password} | base64 -d`);
});

test('two who ran at once agree on the authority: every certificate is of it', async () => {
  const { 'ca.crt': authority } = await secret('mosaic-kafka-ca');
  for (const name of [
    'mosaic-kafka-tls',
    'mosaic-agents-ca',
    'mosaic-receiver-kafka',
    'mosaic-deriver-kafka',
    'mosaic-api-kafka',
  ]) {
    const its = await secret(name);
    expect(isIssuedBy(its['tls.crt'], authority), name).toBe(true);
    expect(its['ca.crt']).toBe(authority);
  }
});

test('run again it keeps everything, and makes what somebody deleted', async () => {
  const before = await secret('mosaic-api-kafka');
  await cluster.remove(SECRETS, namespace, 'mosaic-api-cassandra');
  const again = await mosaic(['init']);
  expect(again.stdout).toContain('1 made, 0 completed, 14 kept');
  expect(await secret('mosaic-api-kafka')).toEqual(before);
  expect(Object.keys(await secret('mosaic-api-cassandra')).sort()).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
});

test('a rotation restarts what uses it and waits for it; what is not installed is said', async () => {
  await cluster.create(DEPLOYMENTS, {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { uid: '', name: 'mosaic-receiver', namespace } },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'receiver' } },
      template: {
        metadata: { labels: { app: 'receiver' } },
        spec: { containers: [{ name: 'receiver', image: 'none' }] },
      },
    },
  });
  const before = await secret('mosaic-receiver-kafka');
  const { code, stdout } = await mosaic(['rotate', 'receiver-kafka']);
  expect([code, stdout]).toEqual([0, expect.stringContaining('restarting mosaic-receiver, pod by pod')]);
  expect((await secret('mosaic-receiver-kafka'))['tls.key']).not.toBe(before['tls.key']);
  const deployment = await cluster.get(DEPLOYMENTS, namespace, 'mosaic-receiver');
  const path = ['spec', 'template', 'metadata', 'annotations', 'kubectl.kubernetes.io/restartedAt'] as const;
  expect(textAt(deployment, ...path)).toMatch(/^20/);
  const ca = await mosaic(['rotate', 'kafka-ca']);
  expect(ca.stdout).toMatch(/mosaic-kafka is not installed[\s\S]*--finish/);
  expect((await mosaic(['rotate', 'kafka-ca', '--finish'])).code).toBe(0);
});

test('credentials are listed by name and end, and what expires gives the code for it', async () => {
  const good = await mosaic(['credentials']);
  expect([good.code, good.stdout]).toEqual([0, expect.stringMatching(/receiver-kafka +certificate +\S+ +0d +20\d\d/)]);
  const soon = await mosaic(['credentials', '--within', '400', '-o', 'json']);
  const lines = JSON.parse(soon.stdout) as readonly { readonly state: string }[];
  expect([soon.code, lines.filter(({ state }) => state === 'expires soon').length]).toEqual([5, 10]);
});

const DEPLOYMENTS: ResourceType = {
  ...{ group: 'apps', version: 'v1', kind: 'Deployment', resource: 'deployments', namespaced: true },
  verbs: [],
};

test('without the right it says which rule would grant it', async () => {
  const door = process.env.MOSAIC_SERVICES;
  const reader = await (await fetch(`${door}/kubernetes/reader`, { method: 'POST' })).text();
  const { code, stderr } = await mosaic(['init'], { KUBECONFIG: reader });
  expect([code, stderr]).toEqual([1, expect.stringMatching(/may not get secrets .*would grant it/)]);
});
