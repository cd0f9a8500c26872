// What is installed: both template trees with several values, taken by the real API server, fitting four minor versions, and without a finding of our rules or of kube-score.

import { join } from 'node:path';
import { installKubeScore, repositoryRoot } from '@mosaic/dev';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { containersOf, type Document, documentsIn, kubectl, podSpecOf, ran, rendered } from './documents.ts';
import { findingsIn, RULES } from './rules.ts';
import { CASES } from './ways.ts';

const NOT_A_POD = new Set(['Namespace', 'ServiceAccount', 'PriorityClass']);
const made = new Set<string>();

/** Namespaces, accounts and priorities are there before what needs them; a dry run leaves nothing behind. */
beforeAll(async () => {
  const all = await Promise.all(CASES.map(({ tree, sets }) => textOf(tree, sets)));
  const first = all.flatMap(documentsIn).filter(({ kind }) => NOT_A_POD.has(kind));
  for (const isNamespace of [true, false])
    await kubectl(['apply', '-f', '-'], listOf(first.filter(({ kind }) => (kind === 'Namespace') === isNamespace)));
  for (const { kind, metadata } of first)
    if (kind !== 'ServiceAccount') made.add(`${kind.toLowerCase()}/${metadata.name}`);
});
afterAll(async () => {
  if (made.size > 0) await kubectl(['delete', '--wait=false', ...made]);
});

/** Rendered once for all who read it. */
const texts = new Map<string, Promise<string>>();
function textOf(tree: string, sets: readonly string[]): Promise<string> {
  const key = [tree, ...sets].join(' ');
  const text = texts.get(key) ?? rendered(tree, sets);
  texts.set(key, text);
  return text;
}
const listOf = (items: readonly object[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });

describe.each(CASES)('manifests/$tree, $way', ({ tree, sets }) => {
  test.concurrent('the real API server takes every document, and warns of none', async () => {
    const text = await textOf(tree, sets);
    const { out, err } = await kubectl(['apply', '--dry-run=server', '-f', '-'], text);
    expect(out.trim().split('\n')).toHaveLength(documentsIn(text).length);
    expect(err).toBe('');
  });

  test.concurrent('the pods are admitted by the Pod Security level of their namespace', async () => {
    const workloads = documentsIn(await textOf(tree, sets)).filter((one) => podSpecOf(one) !== undefined);
    expect(workloads.length).toBeGreaterThan(0);
    const pods = workloads.map(({ metadata, spec }) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: podOf(spec),
    }));
    const { out, err } = await kubectl(['create', '--dry-run=server', '-f', '-'], listOf(pods));
    expect(err).toBe('');
    expect(out.trim().split('\n')).toHaveLength(pods.length);
  });

  test.concurrent.each(['1.31', '1.32', '1.33', '1.34'])('every document fits Kubernetes %s', async (version) => {
    await expect(rendered(tree, sets, ['--validate', '--kubernetes-version', version])).resolves.not.toBe('');
  });

  test.concurrent('our rules find nothing', async () => {
    expect(findingsIn(documentsIn(await textOf(tree, sets)))).toEqual([]);
  });
});

/** It wants a user that no machine has; the node agent is the machine's root, as reading sockets and logs takes (manifests/README.md). */
const ROOT_OF_THE_NODE =
  '[CRITICAL] mosaic-node-agent/mosaic-node apps/v1/DaemonSet: (agent) The container is running with a low user ID';

// Not where a policy is switched off, and not where a Service is one broker's: what it selects by is put on the pod by its controller.
test.each(CASES.filter(({ way }) => ['as it is', 'everything on', 'as one file'].includes(way)))(
  'kube-score finds nothing in manifests/$tree, $way, but who the node agent is',
  async ({ tree, sets }) => {
    const kubeScore = await installKubeScore();
    const text = await textOf(tree, sets);
    // It ends with 1 when it finds something.
    const said = await ran(kubeScore, ['score', '-', '-o', 'ci'], text).then(
      ({ out }) => out,
      ({ cause }: Error) => String(cause),
    );
    const lines = said.split('\n').filter((line) => /^\[\w+\] /.test(line));
    expect(lines.length).toBeGreaterThan(documentsIn(text).length);
    const found = lines.filter((line) => !/^\[(OK|SKIPPED)\]/.test(line));
    expect(found).toEqual(tree === 'agents' ? [ROOT_OF_THE_NODE] : []);
  },
);

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

const BUNDLES = ['agent-cluster', 'agent-node', 'receiver', 'deriver', 'api'];

test('every setting that a process of ours is given is one that it has', async () => {
  const documents = await Promise.all(CASES.map(({ tree, sets }) => textOf(tree, sets).then(documentsIn)));
  const ours = documents
    .flat()
    .flatMap(containersOf)
    .flatMap(({ args, env = [] }) => {
      const bundle = /dist\/(.+)\.mjs$/.exec(String(args))?.[1];
      return bundle === undefined ? [] : [{ bundle, names: env.map(({ name }) => name) }];
    });
  expect([...new Set(ours.map(({ bundle }) => bundle))].sort()).toEqual([...BUNDLES].sort());
  for (const bundle of BUNDLES) {
    const { out } = await ran(process.execPath, [join(repositoryRoot(), 'dist', `${bundle}.mjs`), '--help']);
    const has = new Set([
      'NODE_OPTIONS',
      'MALLOC_ARENA_MAX',
      ...[...out.matchAll(/^ {2}([A-Z_]+) /gm)].map(([, name]) => name),
    ]);
    const given = ours.filter((one) => one.bundle === bundle).flatMap(({ names }) => names);
    expect(
      given.filter((name) => !has.has(name)),
      bundle,
    ).toEqual([]);
  }
});

/** As a controller would make it: a StatefulSet's claims are volumes of its pods. */
function podOf(spec: Document['spec']): object {
  const claims = (spec?.volumeClaimTemplates ?? []).map(({ metadata: { name } }) => ({
    ...{ name, persistentVolumeClaim: { claimName: name } },
  }));
  const made = spec?.template?.spec;
  return { ...made, volumes: [...(made?.volumes ?? []), ...claims] };
}
