// What a PodDisruptionBudget has to say to an eviction.
import type { Asked } from '../http/asked.ts';
import { at, isRecord, type Json, listAt, numberAt, recordOf, textAt } from '../json.ts';
import { findKind } from '../kinds/find.ts';
import { type KubeObject, type ResourceKind, StatusError } from '../port.ts';
import { matchesSelector } from '../selectors/labels.ts';
import { retried } from '../write/patch.ts';
import { instant, writeOptions, writeSide } from '../write/writing.ts';

/** Evictions that the budget's controller has not confirmed yet: with more, something is wrong with it. */
const MOST_UNCONFIRMED = 2000;
const REFUSED = "Cannot evict pod as it would violate the pod's disruption budget.";
/** While a budget is still being worked out. */
const AGAIN_AFTER_S = 10;

/** Takes one disruption from the pod's budget, or throws in kube-apiserver's words. Nothing is written on a dry run. */
export async function spendBudget(asked: Asked, pod: KubeObject, dryRun: boolean): Promise<void> {
  await retried(async () => {
    const kind = findKind(asked.source, 'policy', 'PodDisruptionBudget');
    const budgets = kind === undefined ? [] : await budgetsOf(asked, kind, pod);
    const [budget, another] = budgets;
    if (kind === undefined || budget === undefined || isSpared(budget, pod, another)) return;
    checkBudget(budget);
    if (!dryRun) writeSide(asked).update(kind, spent(asked, budget, pod), updateOptions(asked, budget));
  });
}

async function budgetsOf({ source }: Asked, kind: ResourceKind, pod: KubeObject): Promise<readonly KubeObject[]> {
  const { items } = await source.list(kind, pod.metadata.namespace);
  return items.filter((budget) => covers(at(budget, 'spec', 'selector'), pod.metadata.labels ?? {}));
}

/** In policy/v1 an empty selector means every pod, none means no pod. */
const covers = (selector: unknown, labels: Readonly<Record<string, string>>): boolean =>
  // A stored budget's selector is a LabelSelector; its fields are checked when it is written.
  isRecord(selector) && matchesSelector(selector as Parameters<typeof matchesSelector>[0], labels);

/** A pod that is not ready anyway may go when the budget says so, or has what it needs. Throws 500 for two budgets. */
function isSpared(budget: KubeObject, pod: KubeObject, another: KubeObject | undefined): boolean {
  if (another !== undefined) {
    const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw new StatusError(500, 'InternalError', message, {});
  }
  if (isReady(pod)) return false;
  if (textAt(budget, 'spec', 'unhealthyPodEvictionPolicy') === 'AlwaysAllow') return true;
  const needed = numberAt(budget, 'status', 'desiredHealthy');
  return needed > 0 && numberAt(budget, 'status', 'currentHealthy') >= needed;
}

const isReady = (pod: KubeObject): boolean =>
  listAt(pod, 'status', 'conditions').some(
    (each) => textAt(each, 'type') === 'Ready' && textAt(each, 'status') === 'True',
  );

function checkBudget(budget: KubeObject): void {
  const { name, generation = 0 } = budget.metadata;
  const allowed = numberAt(budget, 'status', 'disruptionsAllowed');
  const disrupted = Object.keys(recordOf(at(budget, 'status', 'disruptedPods'))).length;
  if (numberAt(budget, 'status', 'observedGeneration') < generation)
    throw refused(`The disruption budget ${name} is still being processed by the server.`, AGAIN_AFTER_S);
  if (allowed < 0) throw broken(name, 'pdb disruptions allowed is negative');
  if (disrupted > MOST_UNCONFIRMED)
    throw broken(name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  if (allowed > 0) return;
  const needed = numberAt(budget, 'status', 'desiredHealthy');
  const healthy = numberAt(budget, 'status', 'currentHealthy');
  throw refused(`The disruption budget ${name} needs ${needed} healthy pods and has ${healthy} currently`);
}

const refused = (message: string, retryAfterSeconds?: number): StatusError =>
  new StatusError(429, 'TooManyRequests', REFUSED, {
    causes: [{ reason: 'DisruptionBudget', message }],
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });

const broken = (name: string, why: string): StatusError =>
  new StatusError(403, 'Forbidden', `poddisruptionbudget.policy "${name}" is forbidden: ${why}`, {
    name,
    group: 'policy',
    kind: 'poddisruptionbudget',
  });

/** The budget with one disruption less, and the pod among those its controller shall not count any more. */
function spent({ source }: Asked, budget: KubeObject, pod: KubeObject): KubeObject {
  const status = recordOf(budget.status);
  const left = numberAt(status, 'disruptionsAllowed') - 1;
  const disruptedPods = { ...recordOf(status.disruptedPods), [pod.metadata.name]: instant(source.now()) };
  const conditions = left > 0 ? status.conditions : listAt(status, 'conditions').map(usedUp(instant(source.now())));
  return { ...budget, status: { ...status, disruptionsAllowed: left, disruptedPods, conditions } };
}

const usedUp =
  (lastTransitionTime: string) =>
  (condition: unknown): Json =>
    at(condition, 'type') === 'DisruptionAllowed'
      ? { ...recordOf(condition), status: 'False', reason: 'InsufficientPods', lastTransitionTime }
      : recordOf(condition);

const updateOptions = (asked: Asked, budget: KubeObject) => ({
  ...writeOptions(asked),
  subresource: 'status' as const,
  expectVersion: budget.metadata.resourceVersion,
});
