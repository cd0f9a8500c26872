// Whose lines are meant: the streams of a cluster that a question's workload, pod and container name, and the workload of each.

import type { ClusterRecord, Logs } from '@mosaic/store';
import { topmostOwner } from '@mosaic/topology';
import type { LogStream, Slim, Span } from '@mosaic/wire';
import type { Asking } from '../asking/asking.ts';
import type { LogFilter } from './log-shape.ts';

type KeptStream = Awaited<ReturnType<Logs['streams']>>[number];

export interface Whose {
  /** Ids to search in; undefined = all of the cluster. */
  readonly streams: readonly number[] | undefined;
  /** `Deployment/checkout` of a stream whose sender did not know it. */
  workloadOf(stream: LogStream): string | undefined;
}

const isNarrow = ({ namespace, workload, pod, container, previous }: LogFilter): boolean =>
  previous || [namespace, workload, pod, container].some((word) => word !== undefined);

export async function whose(asking: Asking, cluster: ClusterRecord, filter: LogFilter, span: Span): Promise<Whose> {
  const workloadOf = await workloads(asking, cluster, span.to);
  if (!isNarrow(filter)) return { streams: undefined, workloadOf };
  const { namespace, pod, container, workload, previous } = filter;
  const kept = await asking.store.logs.streams(cluster.id, {
    ...span,
    ...(namespace !== undefined && { namespace }),
    ...(pod !== undefined && { pod }),
    ...(container !== undefined && { container }),
  });
  const isMeant = workload === undefined ? () => true : belongsTo(workload, workloadOf);
  const meant = kept.filter(isMeant);
  return { streams: (previous ? beforeLast(meant) : meant).map(({ id }) => id), workloadOf };
}

/** `Deployment/checkout` or `checkout`; the pod itself counts as one, too. */
export function belongsTo(
  workload: string,
  workloadOf: (stream: LogStream) => string | undefined,
): (stream: LogStream) => boolean {
  const [kindOrName = '', given] = workload.split('/');
  const isIt = (told: string): boolean => {
    const [kind, name] = told.split('/');
    return given === undefined
      ? name === kindOrName
      : kind?.toLowerCase() === kindOrName.toLowerCase() && name === given;
  };
  return (stream) => isIt(stream.workload ?? workloadOf(stream) ?? `Pod/${stream.pod}`);
}

/** Of each container the life before its last one. */
export function beforeLast(streams: readonly KeptStream[]): readonly KeptStream[] {
  const lives = Map.groupBy(streams, ({ namespace, pod, podUid, container }) =>
    JSON.stringify([namespace, pod, podUid, container]),
  );
  return [...lives.values()].flatMap((life) => {
    const newest = Math.max(...life.map(({ restart }) => restart));
    return life.filter(({ restart }) => restart === newest - 1);
  });
}

/** By uid, else by name among what lives at `to`; of what is gone by then, by its name's beginning. */
async function workloads(asking: Asking, cluster: ClusterRecord, to: number): Promise<Whose['workloadOf']> {
  const { objects } = await asking.moments.of(cluster, to);
  const byName = new Map<string, Slim>();
  const tops: Slim[] = [];
  for (const slim of objects.values()) {
    if (slim.kind === 'Pod') byName.set(`${slim.namespace}/${slim.name}`, slim);
    else if (slim.owner === undefined && PARENTS.has(slim.kind)) tops.push(slim);
  }
  const told = new Map<string, string | undefined>();
  return ({ namespace, pod, podUid }) => {
    const name = `${namespace}/${pod}`;
    const known = told.get(name);
    if (known !== undefined || told.has(name)) return known;
    const slim = objects.get(podUid) ?? byName.get(name);
    const top = slim === undefined ? likely(tops, namespace, pod) : topmostOwner(objects, slim);
    const workload = top === undefined ? undefined : `${top.kind}/${top.name}`;
    told.set(name, workload);
    return workload;
  };
}

const PARENTS: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ReplicaSet',
]);

/** `checkout-7d9f8-x2x` was checkout's: the longest name that it begins with. */
function likely(tops: readonly Slim[], namespace: string, pod: string): Slim | undefined {
  const named = tops.filter((top) => top.namespace === namespace && pod.startsWith(`${top.name}-`));
  return named.sort((a, b) => b.name.length - a.name.length)[0];
}
