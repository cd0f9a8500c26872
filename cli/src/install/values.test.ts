import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { clusterOfPrincipal } from './catalogue.ts';
import { progressOf } from './restart.ts';
import { DEFAULT_VALUES, hostOf, readValues } from './values.ts';

const manifests = join(import.meta.dirname, '../../../manifests');

test('what is made unless told is what the manifests mount', () => {
  const servers = parse(readFileSync(join(manifests, 'servers/values.yaml'), 'utf8'));
  const agents = parse(readFileSync(join(manifests, 'agents/values.yaml'), 'utf8'));
  expect(DEFAULT_VALUES.certificates).toMatchObject(servers.certificates);
  expect(DEFAULT_VALUES.namespace).toBe(servers.namespace);
  expect(DEFAULT_VALUES.clusterSecret).toBe(servers.kafka.clusterSecret);
  expect(DEFAULT_VALUES.agentNamespaces).toEqual([agents.namespaces.clusterAgent, agents.namespaces.nodeAgent]);
  expect(DEFAULT_VALUES.agentKafka).toBe(agents.kafka.tlsSecret);
  expect(DEFAULT_VALUES.agentKey).toBe(agents.clusterAgent.keySecret);
});

test('values of one’s own go over the defaults, and bad ones are told by file and field', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-values-'));
  const path = join(folder, 'mine.yaml');
  const given = (text: string) => {
    writeFileSync(path, text);
    return () => readValues([path]);
  };
  const read = given(
    'namespace: watch\nkafka: { external: { hosts: ["k0.example.org:9095", "[2001:db8::1]:9095"] } }\n',
  )();
  expect(read.namespace).toBe('watch');
  expect(read.kafkaNames).toEqual(['k0.example.org', '2001:db8::1']);
  expect(read.certificates.kafka).toBe('mosaic-kafka-tls');
  expect(given('namespace: "Not a name"')).toThrow(/mine\.yaml: namespace: expected a name/);
  expect(given('kafka: { external: { hosts: nobody } }')).toThrow(/kafka\.external\.hosts: expected a list/);
  expect(given('a: 1\na: 2')).toThrow(/no YAML/);
  expect(given('\tnamespace: x')).toThrow(/no YAML/);
  expect(() => readValues([join(folder, 'none.yaml')])).toThrow(/cannot be read/);
  rmSync(folder, { recursive: true });
});

test('an address is read with and without a port', () => {
  expect(['a.example', 'a.example:1', '10.0.0.1:9095', '[::1]:9095', '::1'].map(hostOf)).toEqual([
    ...['a.example', 'a.example', '10.0.0.1', '::1', '::1'],
  ]);
});

test('only a name of agents tells a cluster', () => {
  expect(clusterOfPrincipal('mosaic-agent-12')).toBe(12);
  for (const name of ['mosaic-agent-', 'mosaic-agent-0', 'mosaic-agent-1x', 'mosaic-receiver'])
    expect(clusterOfPrincipal(name)).toBeUndefined();
});

test('a restart is over when all pods are new and ready, and none of the old is left', () => {
  const deployment = (status: object, generation = 2) =>
    progressOf({
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', spec: { replicas: 2 } },
      ...{ metadata: { uid: '', name: 'api', generation }, status },
    });
  const whole = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, readyReplicas: 2 };
  expect(deployment(whole).isNew).toBe(true);
  expect(deployment(whole, 3).isNew).toBe(false);
  expect(deployment({ ...whole, replicas: 3 }).isNew).toBe(false);
  expect(deployment({ ...whole, readyReplicas: 1 })).toEqual({ isNew: false, said: '2 of 2 new, 1 ready' });
});
