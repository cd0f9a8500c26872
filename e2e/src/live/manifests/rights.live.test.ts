// What the agents' manifests grant: what a cluster serves and no more, each right used, and the agent runs with exactly these.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readiness } from '@mosaic/wire';
import { expect, test } from 'vitest';
import { eventually } from '../../journey/http.ts';
import { freePort, run } from '../processes.ts';
import { containersOf, type Document, documentsIn, grantsOf, kubectl, rendered } from './documents.ts';

test('the cluster agent may list and watch what a cluster serves, but for Secrets and Leases, and nothing that none serves', async () => {
  const { out } = await kubectl(['api-resources', '--verbs=list,watch', '--no-headers', '-o', 'name']);
  const served = new Set(
    out
      .trim()
      .split('\n')
      .map((name) => name.trim()),
  );
  // Events are heard by events.k8s.io alone.
  for (const not of ['secrets', 'events', 'leases.coordination.k8s.io']) served.delete(not);
  const granted = grantsOf(documentsIn(await rendered('agents', [])), 'mosaic-cluster-agent', 'ClusterRole')
    .filter(({ verbs }) => verbs.join() === 'list,watch')
    .map(({ name }) => name);
  const builtIn = [...served].filter(
    (name) => !name.includes('.') || /^[^.]+\.(apps|batch|autoscaling|policy)$|\.k8s\.io$/.test(name),
  );
  expect(builtIn.filter((name) => !granted.includes(name))).toEqual([]);
  expect(granted.filter((name) => !served.has(name))).toEqual([]);
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
  const [namespace, ofNodes] = ['rights-agent', 'rights-node'];
  const own = [`namespaces.clusterAgent=${namespace}`, `namespaces.nodeAgent=${ofNodes}`];
  const documents = documentsIn(await rendered('agents', own));
  const isNeeded = ({ apiVersion, kind }: Document): boolean =>
    apiVersion.startsWith('rbac.') || ['Namespace', 'ServiceAccount'].includes(kind);
  const rights = documents.filter(isNeeded);
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
    const asNode = ['--as', `system:serviceaccount:${ofNodes}:mosaic-node-agent`, 'auth', 'can-i'];
    expect((await kubectl([...asNode, 'watch', 'pods', '-A'])).out.trim()).toBe('yes');
    await expect(kubectl([...asNode, 'get', 'secrets', '-A'])).rejects.toThrow();
  } finally {
    await agent.stop();
    rmSync(folder, { recursive: true, force: true });
    await kubectl(['delete', '--wait=false', '-f', '-'], listed);
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
