// Whose hand it was. Kubernetes' own machinery follows wishes; people, pipelines and GitOps tools make them.

const MACHINERY =
  /^(kube-|kubelet$|cloud-controller|k3s|horizontal-pod-autoscaler|vpa-|cluster-autoscaler|karpenter|system:)|-(controller|operator)(-manager)?$/;
/** Named like machinery, but they carry out what somebody committed. */
const CARRIERS = /^(argocd|argo-cd|helm|kustomize|flux|source|terraform|pulumi|kubectl)/;

export const UNKNOWN_ACTOR = 'unknown';

export const isMachinery = (actor: string | undefined): boolean =>
  actor !== undefined && MACHINERY.test(actor) && !CARRIERS.test(actor);

/** Kinds that a controller makes in numbers: what happens to them follows from something else that is told already. */
export const MADE_BY_CONTROLLERS: ReadonlySet<string> = new Set([
  'Pod',
  'ReplicaSet',
  'ControllerRevision',
  'EndpointSlice',
  'Endpoints',
]);
