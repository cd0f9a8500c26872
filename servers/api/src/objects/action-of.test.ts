import { expect, it } from 'vitest';
import { actionOf } from './action-of.ts';

const annotated = (annotations: object, labels: object = {}) => ({ metadata: { annotations, labels } });
const CAUSE = 'kubernetes.io/change-cause';

it.each([
  ['kubectl edit', { manager: 'kubectl-edit' }],
  ['kubectl apply', { manager: 'kubectl-client-side-apply' }],
  ['kubectl rollout restart', { manager: 'kubectl-rollout' }],
  ['kubectl set', { manager: 'kubectl-set' }],
  ['kubectl apply --server-side', { manager: 'kubectl', operation: 'Apply' }],
  ['kubectl scale', { manager: 'kubectl', operation: 'Update', subresource: 'scale' }],
  ['scale', { manager: 'horizontal-pod-autoscaler', subresource: 'scale' }],
  [undefined, { manager: 'kubectl', operation: 'Update' }],
  [undefined, { manager: 'maria', operation: 'Update' }],
])('the manager tells what was done: %s', (action, hand) => {
  expect(actionOf(hand, 'spec.replicas', {}, {})).toBe(action);
});

it('a restart is told by its annotation, whoever made it', () => {
  const path = 'spec.template.metadata.annotations[kubectl.kubernetes.io/restartedAt]';
  expect(actionOf({ manager: 'lens' }, path, {}, {})).toBe('kubectl rollout restart');
});

it('a change’s cause tells the command where it came with the change, and not of later ones', () => {
  const hand = { manager: 'kubectl-edit' };
  const caused = annotated({ [CAUSE]: 'kubectl set image deploy/cart cart=2 --record' });
  expect(actionOf(hand, 'spec.image', caused, annotated({}))).toBe('kubectl set image deploy/cart cart=2 --record');
  expect(actionOf(hand, 'spec.replicas', caused, caused)).toBe('kubectl edit');
  expect(actionOf(hand, 'spec.replicas', caused, undefined)).toBe('kubectl edit');
});

it('what carries out commits names what it carried out', () => {
  const helm = annotated({ 'meta.helm.sh/release-name': 'shop' });
  expect(actionOf({ manager: 'helm' }, 'spec.replicas', helm, {})).toBe('helm release shop');
  const argo = annotated({ 'argocd.argoproj.io/tracking-id': 'shop-prod:apps/Deployment:shop/cart' });
  expect(actionOf({ manager: 'argo-cd' }, 'spec.replicas', argo, {})).toBe('Argo CD application shop-prod');
  const labelled = annotated({}, { 'argocd.argoproj.io/instance': 'shop' });
  expect(actionOf({ manager: 'argocd-controller' }, 'spec.replicas', labelled, {})).toBe('Argo CD application shop');
  const flux = { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };
  expect(actionOf({ manager: 'kustomize-controller' }, 'spec.replicas', annotated({}, flux), {})).toBe(
    'Flux Kustomization flux-system/apps',
  );
  expect(actionOf({ manager: 'helm' }, 'spec.replicas', {}, {})).toBeUndefined();
});

it.each([[null], [7], [{ metadata: [] }], [{ metadata: { annotations: { [CAUSE]: 7 } } }]])(
  'a version of any form tells nothing: %j',
  (version) => {
    expect(actionOf({ manager: 'helm' }, 'spec.replicas', version, {})).toBeUndefined();
  },
);
