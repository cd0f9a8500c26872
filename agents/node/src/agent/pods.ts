// The pods of this node, as the API server tells them; what the kubelet's log folders say of those it has not told yet.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Gone, isRecord, type LiveSource, type Manifest, type ResourceType, recordsAt, textAt } from '@mosaic/kat';
import type { Clock, Log } from '@mosaic/runtime';
import type { ContainerOnNode, Host, PodOnNode, Pods } from '../ports.ts';

export interface NodePods extends Pods {
  /** Resolves once the pods are known, or cannot be: then only folders tell. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Undefined while the API server tells. */
  readonly trouble: string | undefined;
}

const PODS: ResourceType = {
  ...{ group: '', version: 'v1', kind: 'Pod', resource: 'pods' },
  ...{ namespaced: true, verbs: ['list', 'watch'] },
};
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const WATCH_SECONDS = 300;
/** A pod that is gone may have lines left to read. */
const REMEMBER_GONE_MS = 10 * 60_000;

export function nodePods(options: {
  /** Undefined: no API server, as with a recorded machine. */
  readonly source?: Pick<LiveSource, 'list' | 'watch'>;
  readonly node: string;
  readonly host: Pick<Host, 'log'>;
  readonly clock: Clock;
  readonly log: Log;
}): NodePods {
  const { source, node, host, clock, log } = options;
  const stopping = new AbortController();
  const byUid = new Map<string, PodOnNode>();
  const byMirror = new Map<string, PodOnNode>();
  const byContainer = new Map<string, PodOnNode>();
  const gone = new Map<string, number>();
  let trouble: string | undefined;
  let running: Promise<void> | undefined;

  const put = (pod: PodOnNode): void => {
    byUid.set(pod.uid, pod);
    gone.delete(pod.uid);
    if (pod.mirror !== undefined) byMirror.set(pod.mirror, pod);
    for (const { id } of pod.containers) if (id !== '') byContainer.set(id, pod);
  };
  const drop = (uid: string): void => {
    if (byUid.has(uid)) gone.set(uid, clock.now());
  };
  const forgetOld = (): void => {
    for (const [uid, at] of gone) {
      if (clock.now() - at < REMEMBER_GONE_MS) continue;
      gone.delete(uid);
      const pod = byUid.get(uid);
      byUid.delete(uid);
      if (pod?.mirror !== undefined) byMirror.delete(pod.mirror);
      for (const [id, its] of byContainer) if (its.uid === uid) byContainer.delete(id);
    }
  };

  const follow = async (from: Pick<LiveSource, 'list' | 'watch'>, listed: () => void): Promise<void> => {
    const fieldSelector = `spec.nodeName=${node}`;
    const { items, resourceVersion } = await from.list(PODS, { fieldSelector, signal: stopping.signal });
    const there = new Set(items.map(({ metadata }) => metadata.uid));
    for (const uid of byUid.keys()) if (!there.has(uid)) drop(uid);
    for (const item of items) put(podOf(item));
    if (trouble !== undefined) log.notice('the API server tells of pods again', { node });
    trouble = undefined;
    listed();
    let version = resourceVersion;
    while (!stopping.signal.aborted) {
      const watch = { resourceVersion: version, fieldSelector, timeoutSeconds: WATCH_SECONDS, signal: stopping.signal };
      for await (const event of from.watch(PODS, watch)) {
        if (event.type === 'BOOKMARK') version = event.resourceVersion;
        if (event.type === 'OPEN' || event.type === 'BOOKMARK') continue;
        version = event.object.metadata.resourceVersion ?? version;
        if (event.type === 'DELETED') drop(event.object.metadata.uid);
        else put(podOf(event.object));
      }
      forgetOld();
    }
  };

  const run = async (from: Pick<LiveSource, 'list' | 'watch'>, tried: () => void): Promise<void> => {
    let pause = FIRST_PAUSE_MS;
    while (!stopping.signal.aborted) {
      try {
        await follow(from, () => {
          pause = FIRST_PAUSE_MS;
          tried();
        });
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (!(error instanceof Gone)) {
          if (trouble === undefined) log.warn('pods of this node are not told', { node, error });
          trouble = error instanceof Error ? error.message : String(error);
          await fromFolders();
        }
        tried();
        await clock.sleep(pause, stopping.signal);
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
  };

  /** Names and uids at least: `/var/log/pods/<namespace>_<name>_<uid>/<container>`. */
  const fromFolders = async (): Promise<void> => {
    const folder = join(host.log, 'pods');
    for (const entry of await readdir(folder).catch(() => [])) {
      const [namespace, name, uid] = entry.split('_');
      if (namespace === undefined || name === undefined || uid === undefined || byUid.has(uid)) continue;
      const names = await readdir(join(folder, entry)).catch(() => []);
      const containers = names.map((container) => ({ name: container, id: '', restart: 0 }));
      put({ uid, namespace, name, containers, ips: [], hostNetwork: false, annotations: {}, ports: [] });
    }
  };

  return {
    all: () => [...byUid.values()].filter(({ uid }) => !gone.has(uid)),
    byUid: (uid) => byUid.get(uid) ?? byMirror.get(uid),
    byContainer: (id) => byContainer.get(id),
    async start() {
      if (source === undefined) {
        trouble = 'no API server is asked';
        return fromFolders();
      }
      const first = Promise.withResolvers<void>();
      running = run(source, first.resolve);
      await first.promise;
    },
    async stop() {
      stopping.abort();
      await running;
    },
    get trouble() {
      return trouble;
    },
  };
}

/** What node signals need of a Pod. */
export function podOf(pod: Manifest): PodOnNode {
  const { uid, namespace = '', name, annotations = {} } = pod.metadata;
  const workload = workloadOf(pod);
  const mirror = annotations['kubernetes.io/config.mirror'];
  const ips = recordsAt(pod, 'status', 'podIPs').flatMap((one) => textAt(one, 'ip') ?? []);
  const ip = textAt(pod, 'status', 'podIP');
  const containers = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'].flatMap((list) =>
    recordsAt(pod, 'status', list).map(containerOf),
  );
  const ports = recordsAt(pod, 'spec', 'containers').flatMap((container) =>
    recordsAt(container, 'ports').flatMap(({ containerPort }) =>
      typeof containerPort === 'number' ? [containerPort] : [],
    ),
  );
  return {
    ...{ uid, namespace, name, annotations, containers, ports },
    ips: ips.length > 0 ? ips : ip === undefined ? [] : [ip],
    hostNetwork: isRecord(pod.spec) && pod.spec.hostNetwork === true,
    ...(workload !== undefined && { workload }),
    ...(mirror !== undefined && { mirror }),
  };
}

function containerOf(status: Readonly<Record<string, unknown>>): ContainerOnNode {
  const { restartCount } = status;
  return {
    name: textAt(status, 'name') ?? '',
    id: (textAt(status, 'containerID') ?? '').replace(/^\w+:\/\//, ''),
    restart: typeof restartCount === 'number' ? restartCount : 0,
  };
}

/** `Deployment/checkout`, as far as the pod itself tells: its ReplicaSet bears the template's hash at its end. */
function workloadOf(pod: Manifest): string | undefined {
  const owner = recordsAt(pod, 'metadata', 'ownerReferences').find(({ controller }) => controller === true);
  const [kind, name] = [textAt(owner, 'kind'), textAt(owner, 'name')];
  if (kind === undefined || name === undefined) return undefined;
  const hash = pod.metadata.labels?.['pod-template-hash'];
  if (kind === 'ReplicaSet' && hash !== undefined && name.endsWith(`-${hash}`))
    return `Deployment/${name.slice(0, -hash.length - 1)}`;
  if (kind === 'Job' && /-\d{8,}$/.test(name)) return `CronJob/${name.replace(/-\d+$/, '')}`;
  return `${kind}/${name}`;
}
