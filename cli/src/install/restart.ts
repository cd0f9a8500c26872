// Pods read certificates at their start. So what uses a new one is restarted as `kubectl rollout restart` does it, one pod after the other.

import { type LiveSource, type Manifest, numberAt, type ResourceType } from '@mosaic/kat';
import type { Workload } from './catalogue.ts';

/** A ring of three nodes, each of which may have a log to replay. */
const WITHIN_MS = 20 * 60_000;
const LOOK_EVERY_MS = 2_000;

interface Restarting {
  readonly now: () => number;
  readonly told: (line: string) => void;
}

/** Resolves when all pods are new and ready. Throws when they are not in time. */
export function restarting(source: LiveSource, { now, told }: Restarting) {
  return async (workload: Workload): Promise<'restarted' | 'not there'> => {
    const type = typeOf(workload);
    const { realm, name } = workload;
    if ((await source.get(type, realm, name)) === undefined) return 'not there';
    const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date(now()).toISOString() };
    await source.patch(type, realm, name, { spec: { template: { metadata: { annotations } } } }, 'strategic');
    const until = now() + WITHIN_MS;
    for (let last = ''; ; ) {
      const found = await source.get(type, realm, name);
      if (found === undefined) return 'not there';
      const { isNew, said } = progressOf(found);
      if (isNew) return 'restarted';
      if (said !== last) told(`  ${name}: ${said}`);
      last = said;
      if (now() > until)
        throw new Error(
          `${name} is not whole after its restart (${said}): kubectl -n ${realm} rollout status ${workload.kind.toLowerCase()}/${name}`,
        );
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  };
}

/** By the status that `kubectl rollout status` looks at. */
export function progressOf(found: Manifest): { readonly isNew: boolean; readonly said: string } {
  const status = (field: string) => numberAt(found, 'status', field) ?? 0;
  const isDaemon = found.kind === 'DaemonSet';
  const wanted = isDaemon ? status('desiredNumberScheduled') : (numberAt(found, 'spec', 'replicas') ?? 1);
  const updated = isDaemon ? status('updatedNumberScheduled') : status('updatedReplicas');
  const ready = isDaemon ? status('numberReady') : status('readyReplicas');
  const all = isDaemon ? wanted : status('replicas');
  const isSeen = status('observedGeneration') >= (numberAt(found, 'metadata', 'generation') ?? 0);
  return {
    isNew: isSeen && updated >= wanted && ready >= wanted && all <= wanted,
    said: isSeen ? `${updated} of ${wanted} new, ${ready} ready` : 'waiting for its controller',
  };
}

const typeOf = ({ kind }: Workload): ResourceType => ({
  ...{ group: 'apps', version: 'v1', kind, resource: `${kind.toLowerCase()}s`, namespaced: true },
  verbs: ['get', 'patch'],
});
