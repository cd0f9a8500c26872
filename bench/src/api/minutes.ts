// Edges between the pods of a filled day, as the deriver leaves them: so many a minute, told again every minute.

import type { Store } from '@mosaic/store';
import { type EdgeEnd, type EdgeMinute, MINUTE_MS, type Slim } from '@mosaic/wire';
import { seeded } from '../bench.ts';

export interface Told {
  /** Instants whose map has five whole minutes of edges. */
  readonly from: number;
  readonly to: number;
}

const WINDOW_MIN = 5;

/** `minutes` of them, ending at `end`. */
export async function tellEdges(
  store: Pick<Store, 'state' | 'edges'>,
  cluster: number,
  { end, minutes, perMinute }: { readonly end: number; readonly minutes: number; readonly perMinute: number },
): Promise<Told> {
  const last = Math.floor(end / MINUTE_MS) * MINUTE_MS;
  const first = last - minutes * MINUTE_MS;
  const { objects } = await store.state.at(cluster, first);
  const edges = between([...objects.values()], objects, perMinute);
  for (let minute = first; minute < last; minute += MINUTE_MS)
    await store.edges.put(
      cluster,
      minute,
      edges.map((edge) => ({ ...edge, minute })),
    );
  return { from: first + WINDOW_MIN * MINUTE_MS, to: last };
}

/** Each pod calls a few of other workloads; two thirds by way of a Service. Pairs are distinct. */
function between(slims: readonly Slim[], objects: ReadonlyMap<string, Slim>, count: number): readonly EdgeMinute[] {
  const random = seeded(3);
  const pods = slims.filter(({ kind, ip }) => kind === 'Pod' && ip !== undefined);
  const services = slims.filter(({ kind }) => kind === 'Service');
  const edges = new Map<string, EdgeMinute>();
  for (let n = 0; edges.size < count; n++) {
    const from = pods[n % pods.length];
    const to = pods[Math.floor(random() * pods.length)];
    const service = random() < 0.67 ? services[Math.floor(random() * services.length)] : undefined;
    if (from === undefined || to === undefined) throw new Error('no pods to draw edges between');
    if (from.owner === to.owner) continue;
    edges.set(`${from.uid} ${to.uid}`, edgeOf(endOf(from, objects), endOf(to, objects), service));
  }
  return [...edges.values()];
}

function edgeOf(from: EdgeEnd, to: EdgeEnd, service: Slim | undefined): EdgeMinute {
  const figures = { open: 1, opened: 18, closed: 18, failed: 0, bytesOut: 72_000, bytesIn: 480_000 };
  const called = service && {
    namespace: service.namespace,
    name: service.name,
    ip: service.addresses[0] ?? '',
    port: 80,
  };
  return {
    ...{ minute: 0, from, to, port: 8080, protocol: 'tcp', ...figures, ...(called && { service: called }) },
    ...{ methods: ['proc'], confidence: 1, rule: 'lease at the instant' },
  };
}

function endOf(pod: Slim, objects: ReadonlyMap<string, Slim>): EdgeEnd {
  const { uid, namespace, name, ip = '' } = pod;
  const owner = objects.get(pod.owner ?? '');
  const top = objects.get(owner?.owner ?? '') ?? owner ?? pod;
  return { kind: 'Pod', namespace, name, ip, uid, workload: `${top.kind}/${top.name}` };
}
