// ControllerRevisions: the templates a StatefulSet or DaemonSet had, numbered, so that a roll-out has a history and can be undone.

import type { Sim } from '../sim.ts';
import type { DaemonSet, Revision, StatefulSet } from '../types.ts';
import { createBy, ownerReference, updateBy } from '../writing.ts';
import { templateHash } from './pods.ts';

const DEFAULT_LIMIT = 10;

export const revisionName = ({ metadata, spec }: StatefulSet | DaemonSet): string =>
  `${metadata.name}-${templateHash(spec.template)}`;

/** The template of now is the newest revision; going back to an old one makes that the newest. Beyond the limit the oldest go. */
export function keepRevisions(sim: Sim, set: StatefulSet | DaemonSet): void {
  const namespace = set.metadata.namespace ?? '';
  const known = revisionsOf(sim, set);
  const newest = known.at(-1);
  const name = revisionName(set);
  if (newest?.metadata.name === name) return;
  const revision = (newest?.revision ?? 0) + 1;
  const again = sim.world.get('ControllerRevision', namespace, name);
  if (again === undefined) createBy(sim, 'kube-controller-manager', revisionOf(set, name, revision));
  else updateBy(sim, 'kube-controller-manager', again, { ...again, revision });
  const limit = set.spec.revisionHistoryLimit ?? DEFAULT_LIMIT;
  const old = revisionsOf(sim, set).slice(0, -1);
  for (const one of old.slice(0, Math.max(0, old.length - limit))) sim.world.remove(one);
}

const revisionsOf = (sim: Sim, { metadata }: StatefulSet | DaemonSet): readonly Revision[] =>
  sim.world
    .ownedBy(metadata.uid)
    .filter((object): object is Revision => object.kind === 'ControllerRevision')
    .sort((a, b) => a.revision - b.revision);

function revisionOf(set: StatefulSet | DaemonSet, name: string, revision: number) {
  const { template } = set.spec;
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name,
      namespace: set.metadata.namespace ?? '',
      labels: { ...template.metadata?.labels, 'controller.kubernetes.io/hash': templateHash(template) },
      ownerReferences: [ownerReference(set)],
    },
    data: { spec: { template: { ...template, $patch: 'replace' } } },
    revision,
  };
}
