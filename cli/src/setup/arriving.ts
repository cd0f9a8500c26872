// Whether data arrives, by what the processes themselves count: agents seal chunks and the broker takes them; receivers write them.

import { KubeError, type LiveSource, numberAt, recordsAt } from '@mosaic/kat';
import type { Inventory } from './inventory.ts';
import { PODS } from './kinds.ts';
import type { Check } from './preflight.ts';

const LOOK_EVERY_MS = 1_000;

interface Patience {
  readonly now: () => number;
  readonly withinMs: number;
}

type Asks = Pick<LiveSource, 'list' | 'podAnswer'>;
interface Arriving {
  readonly isArriving: boolean;
  readonly said: string;
}

/** Servers without agents are whole: nothing arrives, and that is told. */
export async function dataCheck(
  source: Asks,
  { tree, namespace }: Inventory,
  { now, withinMs }: Patience,
): Promise<Check> {
  const name = 'data';
  if (tree === 'servers') {
    const { isArriving, said } = await writtenBy(source, namespace);
    return { name, result: isArriving ? 'ok' : 'note', said };
  }
  for (const until = now() + withinMs; ; ) {
    const { isArriving, said } = await sentBy(source, namespace);
    if (isArriving) return { name, result: 'ok', said };
    if (now() > until) return { name, result: 'failed', said };
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** Of the agent that leads: what it has sealed, and what still waits for the broker. */
async function sentBy(source: Asks, namespace: string): Promise<Arriving> {
  let said = 'no agent answers';
  for (const { pod, metrics } of await metricsOf(source, namespace, 'mosaic-cluster-agent')) {
    const sealed = sumOf(metrics, 'mosaic_agent_chunks_total');
    const waiting = sumOf(metrics, 'mosaic_agent_spool_chunks');
    if (sealed === 0) continue;
    said = `${sealed} chunks sealed by ${pod}, ${waiting} wait for the broker`;
    if (sealed > waiting) return { isArriving: true, said };
  }
  return { isArriving: false, said };
}

async function writtenBy(source: Asks, namespace: string): Promise<Arriving> {
  const all = await metricsOf(source, namespace, 'mosaic-receiver');
  const sum = (name: string): number => all.reduce((total, { metrics }) => total + sumOf(metrics, name), 0);
  if (all.every(({ metrics }) => metrics === ''))
    return { isArriving: false, said: 'no receiver answers through the API server' };
  const [written, aside] = [sum('mosaic_receiver_chunks_total'), sum('mosaic_receiver_quarantined_total')];
  if (written === 0 && aside === 0) return { isArriving: false, said: 'no agent has sent anything yet' };
  return { isArriving: written > 0, said: `${written} chunks written, ${aside} set aside in quarantine` };
}

async function metricsOf(
  source: Asks,
  namespace: string,
  name: string,
): Promise<readonly { readonly pod: string; readonly metrics: string }[]> {
  const { items } = await source.list(PODS, { namespace, labelSelector: `app.kubernetes.io/name=${name}` });
  const asked = items.flatMap(({ metadata, spec }) => {
    const [container] = recordsAt(spec, 'containers');
    const port = numberAt(recordsAt(container, 'ports')[0], 'containerPort');
    return port === undefined ? [] : [{ pod: metadata.name, port }]; // the Job that tried the brokers serves nothing
  });
  return Promise.all(
    asked.map(async ({ pod, port }) => ({ pod, metrics: await answerOf(source, namespace, pod, port) })),
  );
}

async function answerOf(source: Asks, namespace: string, pod: string, port: number): Promise<string> {
  try {
    return await source.podAnswer(namespace, pod, port, '/metrics');
  } catch (error) {
    if (error instanceof KubeError) return '';
    throw error;
  }
}

/** Over all labels of a metric of Prometheus' text. */
export const sumOf = (metrics: string, name: string): number =>
  metrics
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .reduce((sum, line) => sum + (Number(line.slice(line.lastIndexOf(' ') + 1)) || 0), 0);
