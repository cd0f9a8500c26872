// Who calls whom: every pod its neighbours' Services, by its settings; the world outside the ingress; some of ours the world outside.

import { CONNECTION_WINDOW_MS, type Connection, hash32 } from '@mosaic/wire';
import { behaviourOf } from '../behaviour.ts';
import { isReady } from '../controllers/pods.ts';
import { environmentOf } from '../environment.ts';
import type { Engine } from '../sim.ts';
import type { Container, Pod, Service } from '../types.ts';
import { heardPods, isRunning, ownerOf } from './pods.ts';
import type { SignalSpan } from './signals.ts';

interface Call {
  readonly client: Pod | { readonly ip: string };
  readonly container?: string;
  readonly called: { readonly ip: string; readonly port: number };
  readonly backend?: { readonly pod: Pod; readonly port: number };
  readonly name?: string;
  /** Per window, at the busiest. */
  readonly weight: number;
  readonly fails: number;
}

/** Whom workloads of the shop and the platform call outside, by the beginning of their names. */
const OUTSIDE: Readonly<Record<string, { readonly name: string; readonly ip: string; readonly port: number }>> = {
  payments: { name: 'api.pay.example', ip: '198.51.100.20', port: 443 },
  mailer: { name: 'smtp.mail.example', ip: '198.51.100.25', port: 587 },
  registry: { name: 'blobs.storage.example', ip: '198.51.100.40', port: 443 },
  'ci-controller': { name: 'git.example', ip: '198.51.100.41', port: 443 },
  'cert-manager': { name: 'acme.ca.example', ip: '198.51.100.50', port: 443 },
};
const VISITORS = ['203.0.113.10', '203.0.113.77', '203.0.113.140'];

export function callsWithin(sim: Engine, { from, to, callsEveryMs = CONNECTION_WINDOW_MS }: SignalSpan): Connection[] {
  const first = Math.ceil(from / callsEveryMs) * callsEveryMs;
  if (first >= to) return [];
  const calls = callsOf(sim);
  const windows: number[] = [];
  for (let at = first; at < to; at += callsEveryMs) windows.push(at);
  return windows.flatMap((at) => calls.map((call) => seenIn(call, at)));
}

function callsOf(sim: Engine): Call[] {
  const pods = heardPods(sim).filter(isRunning);
  const behind = backends(pods);
  return [
    ...pods.flatMap((pod) => pod.spec.containers.flatMap((container) => neighbours(sim, pod, container, behind))),
    ...pods.flatMap((pod) => outside(pod)),
    ...visitors(sim, pods, behind),
  ];
}

type Behind = (service: Service) => readonly Pod[];

/** Ready pods of a Service. */
function backends(pods: readonly Pod[]): Behind {
  const known = new Map<string, readonly Pod[]>();
  const ready = Map.groupBy(pods.filter(isReady), ({ metadata }) => metadata.namespace ?? '');
  return (service) => {
    const { namespace = '', name } = service.metadata;
    const key = `${namespace}/${name}`;
    const found = known.get(key) ?? (ready.get(namespace) ?? []).filter((pod) => isSelected(service, pod));
    known.set(key, found);
    return found;
  };
}

function isSelected({ spec }: Service, { metadata }: Pod): boolean {
  const wanted = Object.entries(spec.selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => metadata.labels?.[key] === value);
}

/** One call for each `X_HOST` in its settings. */
function neighbours(sim: Engine, pod: Pod, container: Container, behind: Behind): Call[] {
  const namespace = pod.metadata.namespace ?? '';
  const { values } = environmentOf(sim, namespace, container);
  const isTroubled = behaviourOf(sim, pod, container).unready !== undefined;
  return Object.entries(values).flatMap(([key, host]) => {
    if (!key.endsWith('_HOST')) return [];
    const [name = '', of = namespace] = host.split('.');
    const service = sim.world.get('Service', of, name) as Service | undefined; // the table of Services
    if (service === undefined) return [];
    const wished = Number(values[key.replace(/_HOST$/, '_PORT')] ?? service.spec.ports?.[0]?.port ?? 80);
    return [callTo(pod, container.name, service, wished, behind(service), isTroubled)];
  });
}

function callTo(
  pod: Pod,
  container: string,
  service: Service,
  port: number,
  ready: readonly Pod[],
  isTroubled: boolean,
): Call {
  const door = service.spec.ports?.find((one) => one.port === port);
  const noise = hash32(`${pod.metadata.uid}${service.metadata.name}`);
  const ip = String(service.spec.clusterIP ?? '');
  const backend = ready[noise % Math.max(1, ready.length)];
  const weight = 2 + (noise % 23);
  const base = { client: pod, container, called: { ip: ip === 'None' ? (backend?.status.podIP ?? '') : ip, port } };
  // A port that the Service does not have, or nobody behind it: every try fails, and is tried again.
  if (door === undefined || backend === undefined) return { ...base, weight: weight * 2, fails: 1 };
  const target = typeof door.targetPort === 'number' ? door.targetPort : port;
  return { ...base, backend: { pod: backend, port: target }, weight, fails: isTroubled ? 0.4 : 0.002 };
}

function outside(pod: Pod): Call[] {
  const workload = ownerOf(pod)?.split('/')[1] ?? '';
  const called = Object.entries(OUTSIDE).find(([name]) => workload === name)?.[1];
  return called === undefined ? [] : [{ client: pod, called, name: called.name, weight: 4, fails: 0.004 }];
}

/** From the world outside to the ingress, and from there to what it routes to. */
function visitors(sim: Engine, pods: readonly Pod[], behind: Behind): Call[] {
  const doors = pods.filter((pod) => /ingress/.test(ownerOf(pod) ?? '') && isReady(pod));
  const routed = routedServices(sim);
  return doors.flatMap((door) => [
    ...VISITORS.map(
      (ip, i): Call => ({
        client: { ip },
        called: { ip: door.status.podIP ?? '', port: 443 },
        backend: { pod: door, port: 443 },
        ...{ weight: 12 + i * 7, fails: 0.001 },
      }),
    ),
    ...routed.map((service) =>
      callTo(door, 'controller', service, service.spec.ports?.[0]?.port ?? 80, behind(service), false),
    ),
  ]);
}

interface IngressLike {
  readonly metadata: { readonly namespace?: string };
  readonly spec?: {
    readonly rules?: readonly {
      readonly http?: {
        readonly paths?: readonly { readonly backend?: { readonly service?: { readonly name?: string } } }[];
      };
    }[];
  };
}

function routedServices(sim: Engine): Service[] {
  const found = new Map<string, Service>();
  for (const object of sim.world.all('Ingress')) {
    const { metadata, spec } = object as unknown as IngressLike; // the table of Ingresses
    for (const rule of spec?.rules ?? [])
      for (const { backend } of rule.http?.paths ?? []) {
        const service = sim.world.get('Service', metadata.namespace ?? '', backend?.service?.name ?? '') as
          | Service
          | undefined; // the table of Services
        if (service !== undefined) found.set(service.metadata.uid, service);
      }
  }
  return [...found.values()];
}

const isPod = (client: Call['client']): client is Pod => 'metadata' in client;

function seenIn({ client, container, called, backend, name, weight, fails }: Call, at: number): Connection {
  const isInside = isPod(client);
  const who = isInside ? client.metadata.uid : client.ip;
  const noise = hash32(`${who}${called.ip}${called.port}${at}`);
  const tried = Math.max(1, Math.round(weight * busyness(at) * (0.7 + (noise % 60) / 100)));
  const failed = Math.min(tried, Math.floor(tried * fails + ((noise >>> 8) % 1000) / 1000));
  const opened = tried - failed;
  const node = isInside ? (client.spec.nodeName ?? '') : (backend?.pod.spec.nodeName ?? '');
  const isNear = isInside && backend !== undefined && backend.pod.spec.nodeName === node;
  const server = backend === undefined ? called : { ip: backend.pod.status.podIP ?? '', port: backend.port };
  const isTranslated = backend !== undefined && server.ip !== called.ip;
  const bytes = 300 + ((noise >>> 4) % 2_000);
  return {
    ...{ at, until: at + CONNECTION_WINDOW_MS, node, protocol: 'tcp' },
    side: isInside ? (isNear ? 'both' : 'client') : 'server',
    client: isInside
      ? {
          ip: client.status.podIP ?? '',
          port: 0,
          podUid: client.metadata.uid,
          ...(container !== undefined && { container }),
        }
      : { ip: client.ip, port: 0 },
    server: {
      ...{ ip: server.ip, port: server.port },
      ...(backend !== undefined && (isNear || !isInside) && { podUid: backend.pod.metadata.uid }),
      ...(name !== undefined && { name }),
    },
    ...(isTranslated && { original: { ip: called.ip, port: called.port } }),
    nat: isTranslated ? 'seen' : 'none',
    method: isTranslated ? 'proc+conntrack' : 'proc',
    ...{ open: Math.round(opened / 4), opened, closed: opened, failed },
    ...{
      bytesOut: opened * bytes,
      bytesIn: opened * bytes * (2 + ((noise >>> 12) % 9)),
      retransmits: (noise >>> 20) % 40 === 0 ? 1 + failed : 0,
    },
  };
}

const HOUR_MS = 3_600_000;

/** Little at night, most at noon and in the evening, in UTC. */
function busyness(at: number): number {
  const hour = (at / HOUR_MS) % 24;
  return 0.35 + 0.65 * Math.max(0, Math.sin(((hour - 6) / 15) * Math.PI));
}
