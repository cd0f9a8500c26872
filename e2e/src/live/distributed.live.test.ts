import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Distributed, startDistributed } from '@mosaic/dev';
import type { ClusterAnswer, CoverageReport, ListAnswer, ObjectSummary } from '@mosaic/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deploymentBreaks } from '../journey/deployment-breaks.ts';
import { type Api, apiAt, eventually } from '../journey/http.ts';
import { type Kubectl, kubectlOn } from '../journey/kubectl.ts';
import { handKubelet } from './hand-kubelet.ts';
import { service } from './services.ts';

const told = (line: string): void => console.log(`[distributed] ${line}`);
const contextOf = (kubeconfig: string): string =>
  /current-context: "?([^"\n]+)"?/.exec(readFileSync(kubeconfig, 'utf8'))?.[1] ?? '';

describe('processes on real Kafka and Cassandra, watching the playground', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-distributed-'));
  let mosaic: Distributed;
  let api: Api;

  beforeAll(async () => {
    mosaic = await startDistributed({ clusters: ['playground'], folder, keyspace: 'journey_playground', told });
    api = apiAt(mosaic.url);
  });
  afterAll(async () => {
    await mosaic.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a Deployment breaks: the change, its past and the stream', async () => {
    await deploymentBreaks({ api, cluster: 'eu-1', kubectl: kubectlOn(mosaic.kubeconfig ?? '', 'eu-1') });
  });

  test('Kafka away for a while: what happened meanwhile is there afterwards', async () => {
    const kubectl = kubectlOn(mosaic.kubeconfig ?? '', 'eu-1');
    const restarting = service('/kafka/restart');
    await kubectl(['-n', 'default', 'create', 'configmap', 'while-kafka-was-away', '--from-literal=a=1']);
    await restarting;
    await eventually('the ConfigMap is known', () => found(api, 'eu-1', 'ConfigMap', 'while-kafka-was-away'), 120_000);
  });

  test('Cassandra away for a while: the API says when to ask again, and nothing is lost', async () => {
    const kubectl = kubectlOn(mosaic.kubeconfig ?? '', 'eu-1');
    const restarting = service('/cassandra/restart');
    await kubectl(['-n', 'default', 'create', 'configmap', 'while-cassandra-was-away', '--from-literal=a=1']);
    const refused = await eventually('a question about the past is refused for now', async () => {
      const answer = await api.ask('/api/v1/events?from=now-10m&to=now');
      return answer.status === 503 ? answer : undefined;
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await restarting;
    await eventually(
      'the API answers again',
      async () => ((await api.ask('/api/v1/events?from=now-10m&to=now')).status === 200 ? true : undefined),
      120_000,
    );
    await eventually(
      'the ConfigMap is known',
      () => found(api, 'eu-1', 'ConfigMap', 'while-cassandra-was-away'),
      120_000,
    );
  });
});

describe('processes on real Kafka and Cassandra, watching a real API server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-real-'));
  const admin = process.env.KUBECONFIG ?? '';
  let mosaic: Distributed;
  let api: Api;
  let kubectl: Kubectl;
  let kubelet: Awaited<ReturnType<typeof handKubelet>>;
  let cluster = '';

  beforeAll(async () => {
    kubectl = kubectlOn(admin, contextOf(admin));
    kubelet = await handKubelet(kubectl);
    const kubeconfig = await service('/kubernetes/reader');
    cluster = contextOf(kubeconfig);
    mosaic = await startDistributed({ clusters: [cluster], kubeconfig, folder, keyspace: 'journey_real', told });
    api = apiAt(mosaic.url);
  });
  afterAll(async () => {
    await mosaic.stop();
    await kubelet.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a forbidden kind is a gap that names the missing rule; everything else goes on', async () => {
    const report = await eventually('the gap is told', async () => {
      const { items } = await api.get<CoverageReport>(`/api/v1/coverage?from=now-30m&to=now&cluster=${cluster}`);
      return items
        .flatMap(({ gaps }) => gaps)
        .find(({ kind, reason }) => kind === 'v1/Secret' && reason.startsWith('forbidden'));
    });
    expect(report.reason).toMatch(/forbidden/);
    expect(report.reason).toMatch(/list/);
    expect(report.reason).toMatch(/secrets/);
    const { items } = await api.get<{ items: readonly ClusterAnswer[] }>('/api/v1/clusters');
    expect(items.find(({ name }) => name === cluster)?.status).toBe('watching');
  });

  test('a Deployment breaks while the receiver is killed and the API server restarts', async () => {
    const receiver = mosaic.processes.get('receiver');
    const inTheMiddle = async (): Promise<void> => {
      await receiver?.kill();
      await service('/api-server/restart');
      await receiver?.start();
    };
    await deploymentBreaks({ api, cluster, kubectl, inTheMiddle });
  });

  test('a kind that appears later is watched', async () => {
    await kubectl(['apply', '-f', '-'], CRD);
    await kubectl(['wait', '--for=condition=Established', 'crd/parcels.journey.test', '--timeout=60s']);
    await kubectl(
      ['-n', 'default', 'apply', '-f', '-'],
      JSON.stringify({
        apiVersion: 'journey.test/v1',
        kind: 'Parcel',
        metadata: { name: 'first' },
        spec: { to: 'Ada' },
      }),
    );
    await eventually('the Parcel is known', () => found(api, cluster, 'Parcel', 'first'), 120_000);
  });

  test('a ConfigMap of a megabyte is kept whole', async () => {
    const text = 'x'.repeat(900_000);
    await kubectl(
      ['-n', 'default', 'create', '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'huge' }, data: { text } }),
    );
    const { uid } = await eventually('it is known', () => found(api, cluster, 'ConfigMap', 'huge'));
    const manifest = await eventually('it can be read', async () => {
      const { status, body } = await api.ask(`/api/v1/objects/${cluster}/${uid}`);
      return status === 200 ? (body as { manifest: { data: { text: string } } }).manifest : undefined;
    });
    expect(manifest.data.text.length).toBe(text.length);
  });
});

async function found(api: Api, cluster: string, kind: string, name: string): Promise<ObjectSummary | undefined> {
  const { items } = await api.get<ListAnswer<ObjectSummary>>(
    `/api/v1/objects?cluster=${cluster}&kind=${kind}&namespace=default&limit=1000`,
  );
  return items.find((item) => item.name === name);
}

const CRD = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: parcels.journey.test }
spec:
  group: journey.test
  scope: Namespaced
  names: { plural: parcels, singular: parcel, kind: Parcel }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { to: { type: string } } } } } }
`;
