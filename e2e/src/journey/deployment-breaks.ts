// A Deployment breaks in a cluster: the change is in the API with its past, and the stream tells an open page. The same in every shape Mosaic runs in.

import type {
  ChangeAnswer,
  ClusterAnswer,
  ListAnswer,
  ObjectAt,
  ObjectSummary,
  RevisionAnswer,
  TopologyAnswer,
  TopologyDelta,
  TopologyNode,
} from '@mosaic/wire';
import { expect } from 'vitest';
import { type Api, eventually } from './http.ts';
import type { Kubectl } from './kubectl.ts';
import { openStream } from './stream.ts';

export interface Scene {
  readonly api: Api;
  readonly cluster: string;
  readonly kubectl: Kubectl;
  /** Told when the Deployment is whole: the moment to kill something. */
  readonly inTheMiddle?: () => Promise<void>;
}

const NAMESPACE = 'journey';
const NAME = 'courier';
const GOOD = 'journey/courier:1.0.0';
const BAD = 'journey/courier:1.1.0-broken';

export async function deploymentBreaks({ api, cluster, kubectl, inTheMiddle }: Scene): Promise<void> {
  const { items: clusters } = await api.get<{ items: readonly ClusterAnswer[] }>('/api/v1/clusters');
  const id = clusters.find(({ name }) => name === cluster)?.id;
  expect(id, `${cluster} is known`).toBeDefined();
  const node = `${id}:Deployment:${NAMESPACE}:${NAME}`;
  const nodeNow = async (): Promise<TopologyNode | undefined> =>
    nodeIn(await api.get<TopologyAnswer>(`/api/v1/topology?cluster=${cluster}&namespace=${NAMESPACE}`), node);

  await kubectl(['create', 'namespace', NAMESPACE]);
  await kubectl(['apply', '-f', '-'], manifest(GOOD));
  await eventually('the Deployment is whole on the map', async () =>
    (await nodeNow())?.health === 'well' ? true : undefined,
  );
  const whole = new Date().toISOString();
  await inTheMiddle?.();

  const stream = await openStream(`${api.url}/api/v1/topology/stream?cluster=${cluster}`);
  await kubectl(['-n', NAMESPACE, 'set', 'image', `deployment/${NAME}`, `courier=${BAD}`]);
  await stream.until(
    'the stream tells the node turned bad',
    ({ event, data }) => event === 'topology' && tellsTrouble(data, node),
  );
  stream.close();
  await eventually('the map shows it', async () => ((await nodeNow())?.health !== 'well' ? true : undefined));
  const broken = new Date().toISOString();

  const change = await eventually('the change is in the log', async () => {
    const { items } = await api.get<ListAnswer<ChangeAnswer>>(
      `/api/v1/changes?from=now-10m&to=now&cluster=${cluster}&namespace=${NAMESPACE}&kind=Deployment`,
    );
    return items.find(({ summary }) => summary.includes('1.0.0') && summary.includes('1.1.0-broken'));
  });
  expect(change.fields.some((path) => path.includes('image'))).toBe(true);
  expect(change.severity).toBeGreaterThanOrEqual(2);

  await pastIsTold(api, cluster, node, change.uid, { whole, broken });
  await goneIsStillThere(api, cluster, kubectl, node, broken);
}

async function pastIsTold(
  api: Api,
  cluster: string,
  node: string,
  uid: string,
  { whole, broken }: { whole: string; broken: string },
): Promise<void> {
  const then = nodeIn(await api.get<TopologyAnswer>(`/api/v1/topology?cluster=${cluster}&at=${whole}`), node);
  expect(then).toMatchObject({ health: 'well', version: '1.0.0' });
  const { manifest: before } = await api.get<ObjectAt>(`/api/v1/objects/${cluster}/${uid}?at=${whole}`);
  const { manifest: after } = await api.get<ObjectAt>(`/api/v1/objects/${cluster}/${uid}?at=${broken}`);
  expect([JSON.stringify(before).includes(BAD), JSON.stringify(after).includes(BAD)]).toEqual([false, true]);
  const { items: history } = await api.get<ListAnswer<RevisionAnswer>>(
    `/api/v1/objects/${cluster}/${uid}/history?from=now-10m&to=now`,
  );
  expect(history.length).toBeGreaterThan(1);
  const { items: diff } = await api.get<{ items: readonly { path: string; before?: unknown; after?: unknown }[] }>(
    `/api/v1/objects/${cluster}/${uid}/diff?from=${whole}&to=${broken}`,
  );
  expect(diff).toContainEqual(
    expect.objectContaining({ path: 'spec.template.spec.containers[courier].image', before: GOOD, after: BAD }),
  );
  const { items: blame } = await api.get<{ items: readonly { path: string; manager: string }[] }>(
    `/api/v1/objects/${cluster}/${uid}/blame?at=${broken}`,
  );
  expect(blame.find(({ path }) => path.endsWith('[courier].image'))?.manager).toContain('kubectl');
}

async function goneIsStillThere(
  api: Api,
  cluster: string,
  kubectl: Kubectl,
  node: string,
  broken: string,
): Promise<void> {
  await kubectl(['-n', NAMESPACE, 'delete', 'deployment', NAME]);
  await eventually('the Deployment has gone from the map', async () => {
    const now = await api.get<TopologyAnswer>(`/api/v1/topology?cluster=${cluster}`);
    return nodeIn(now, node) === undefined ? true : undefined;
  });
  expect(nodeIn(await api.get<TopologyAnswer>(`/api/v1/topology?cluster=${cluster}&at=${broken}`), node)).toBeDefined();
  const { items } = await api.get<ListAnswer<ObjectSummary>>(
    `/api/v1/objects?cluster=${cluster}&kind=Deployment&namespace=${NAMESPACE}&at=${broken}`,
  );
  expect(items.map(({ name }) => name)).toContain(NAME);
}

const nodeIn = ({ nodes }: TopologyAnswer, id: string) => nodes.find((node) => node.id === id);

function tellsTrouble(data: string, id: string): boolean {
  const { upserted } = JSON.parse(data) as TopologyDelta; // what the stream promises
  return upserted.nodes.some((node) => node.id === id && node.health !== 'well');
}

const manifest = (image: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${NAME}, namespace: ${NAMESPACE}, labels: { app: ${NAME} } }
spec:
  replicas: 2
  selector: { matchLabels: { app: ${NAME} } }
  template:
    metadata: { labels: { app: ${NAME} } }
    spec:
      containers:
        - { name: courier, image: "${image}", env: [{ name: PAYMENTS_PORT, value: "8080" }] }
`;
