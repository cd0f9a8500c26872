// What was done to set a field, as far as the version that brought it tells: by the manager's name, and by what tools write beside their changes.
// Kubernetes keeps no user with a field; who it was stands in its audit log only, and in a manager's own name where somebody chose one.

import { isRecord, textAt } from '@mosaic/kat';
import type { Hand } from './managed-fields.ts';

const RESTARTED = 'kubectl.kubernetes.io/restartedAt';
const CHANGE_CAUSE = 'kubernetes.io/change-cause';
/** Says as much as a person would: nobody reads a novel in a column. */
const MOST_CHARS = 300;

/** `kubectl`'s field managers are `kubectl-VERB` (cmdutil.GetFieldManagerFlag); these are named otherwise than their commands. */
const VERBS: Readonly<Record<string, string>> = {
  'client-side-apply': 'apply',
  rollout: 'rollout restart',
  last: 'apply edit-last-applied',
};

/** Undefined: nothing tells. `previous`: the version before, when it is kept. */
export function actionOf(hand: Hand, path: string, version: unknown, previous: unknown): string | undefined {
  const { manager } = hand;
  const cause = annotationOf(version, CHANGE_CAUSE);
  if (cause !== undefined && previous !== undefined && cause !== annotationOf(previous, CHANGE_CAUSE))
    return cause.slice(0, MOST_CHARS);
  if (path.endsWith(`[${RESTARTED}]`)) return 'kubectl rollout restart';
  const verb = /^kubectl-(.+)$/.exec(manager)?.[1];
  if (verb !== undefined) return `kubectl ${VERBS[verb] ?? verb.replaceAll('-', ' ')}`;
  if (manager === 'kubectl') return ofKubectl(hand);
  if (manager === 'helm' || manager === 'Helm')
    return told('helm release', annotationOf(version, 'meta.helm.sh/release-name'));
  if (/^argo-?cd/.test(manager)) return told('Argo CD application', argoApplication(version));
  if (/^(kustomize|helm)-controller$/.test(manager)) return told('Flux', fluxOwner(version));
  return hand.subresource === 'scale' ? 'scale' : undefined;
}

function ofKubectl({ operation, subresource }: Hand): string | undefined {
  if (operation === 'Apply') return 'kubectl apply --server-side';
  return subresource === 'scale' ? 'kubectl scale' : undefined;
}

const told = (what: string, name: string | undefined): string | undefined =>
  name === undefined ? undefined : `${what} ${name}`.slice(0, MOST_CHARS);

/** Its tracking id is `APPLICATION:group/kind:namespace/name`. */
const argoApplication = (version: unknown): string | undefined =>
  annotationOf(version, 'argocd.argoproj.io/tracking-id')?.split(':')[0] ??
  labelOf(version, 'argocd.argoproj.io/instance');

function fluxOwner(version: unknown): string | undefined {
  for (const tool of ['kustomize', 'helm']) {
    const name = labelOf(version, `${tool}.toolkit.fluxcd.io/name`);
    const namespace = labelOf(version, `${tool}.toolkit.fluxcd.io/namespace`);
    if (name !== undefined) return `${tool === 'helm' ? 'HelmRelease' : 'Kustomization'} ${namespace ?? ''}/${name}`;
  }
  return undefined;
}

const annotationOf = (version: unknown, name: string): string | undefined =>
  isRecord(version) ? textAt(version, 'metadata', 'annotations', name) : undefined;
const labelOf = (version: unknown, name: string): string | undefined =>
  isRecord(version) ? textAt(version, 'metadata', 'labels', name) : undefined;
