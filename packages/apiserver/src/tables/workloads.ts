// Columns of pods and of what makes them.
import { at, listAt, numberAt, numberOf, textAt, textOf } from '../json.ts';
import type { KubeObject } from '../port.ts';
import { ageOf, humanDuration } from './age.ts';
import { AUTOSCALER } from './autoscaler.ts';
import {
  AGE,
  CONTAINERS,
  count,
  flag,
  IMAGES,
  labelText,
  NAME,
  number,
  PLAIN_SELECTOR,
  path,
  pathOrNone,
  SELECTOR,
  selectorText,
  text,
  wide,
} from './make.ts';
import { podSummary } from './pod-status.ts';
import type { Column } from './table.ts';

const readyOfWanted = (object: KubeObject): string =>
  `${numberAt(object, 'status', 'readyReplicas')}/${numberOf(at(object, 'spec', 'replicas'), 1)}`;

const readinessGates = (pod: KubeObject): string => {
  const gates = listAt(pod, 'spec', 'readinessGates').map((gate) => textAt(gate, 'conditionType'));
  const met = listAt(pod, 'status', 'conditions').filter(
    (each) => gates.includes(textAt(each, 'type')) && textAt(each, 'status') === 'True',
  );
  return gates.length === 0 ? '<none>' : `${met.length}/${gates.length}`;
};

const pod: readonly Column[] = [
  NAME,
  text('Ready', (object, now) => podSummary(object, now).ready, 'Containers that are ready, of all.'),
  text('Status', (object, now) => podSummary(object, now).status, 'What the pod is at.'),
  text(
    'Restarts',
    (object, now) => podSummary(object, now).restarts,
    'Restarts of its containers, and when the last was.',
  ),
  AGE,
  wide(text('IP', pathOrNone('status', 'podIP'))),
  wide(text('Node', pathOrNone('spec', 'nodeName'))),
  wide(text('Nominated Node', pathOrNone('status', 'nominatedNodeName'))),
  wide(text('Readiness Gates', readinessGates)),
];

const deployment: readonly Column[] = [
  NAME,
  text('Ready', readyOfWanted, 'Pods that are ready, of those wanted.'),
  text('Up-to-date', number('status', 'updatedReplicas')),
  text('Available', number('status', 'availableReplicas')),
  AGE,
  CONTAINERS,
  IMAGES,
  SELECTOR,
];

const replicas = (selector: Column): readonly Column[] => [
  NAME,
  count('Desired', (object) => numberOf(at(object, 'spec', 'replicas'), 1)),
  count('Current', number('status', 'replicas')),
  count('Ready', number('status', 'readyReplicas')),
  AGE,
  CONTAINERS,
  IMAGES,
  selector,
];

const daemonSet: readonly Column[] = [
  NAME,
  count('Desired', number('status', 'desiredNumberScheduled')),
  count('Current', number('status', 'currentNumberScheduled')),
  count('Ready', number('status', 'numberReady')),
  count('Up-to-date', number('status', 'updatedNumberScheduled')),
  count('Available', number('status', 'numberAvailable')),
  text('Node Selector', (object) => labelText(at(object, 'spec', 'template', 'spec', 'nodeSelector'))),
  AGE,
  CONTAINERS,
  IMAGES,
  SELECTOR,
];

const hasCondition = (object: KubeObject, type: string): boolean =>
  listAt(object, 'status', 'conditions').some(
    (each) => textAt(each, 'type') === type && textAt(each, 'status') === 'True',
  );

function jobStatus(job: KubeObject): string {
  if (hasCondition(job, 'Complete')) return 'Complete';
  if (hasCondition(job, 'Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (hasCondition(job, 'Suspended')) return 'Suspended';
  const sign = ['FailureTarget', 'SuccessCriteriaMet'].find((type) => hasCondition(job, type));
  return sign ?? 'Running';
}

function completions(job: KubeObject): string {
  const done = numberAt(job, 'status', 'succeeded');
  const wanted = at(job, 'spec', 'completions');
  if (typeof wanted === 'number') return `${done}/${wanted}`;
  const parallel = numberAt(job, 'spec', 'parallelism');
  return parallel > 1 ? `${done}/1 of ${parallel}` : `${done}/1`;
}

function jobDuration(job: KubeObject, now: number): string {
  const start = Date.parse(textAt(job, 'status', 'startTime'));
  const end = Date.parse(textAt(job, 'status', 'completionTime'));
  if (Number.isNaN(start)) return '';
  return humanDuration((Number.isNaN(end) ? now : end) - start);
}

const job: readonly Column[] = [
  NAME,
  text('Status', jobStatus),
  text('Completions', completions),
  text('Duration', jobDuration),
  AGE,
  CONTAINERS,
  IMAGES,
  SELECTOR,
];

const jobContainers = (field: string) => (object: KubeObject) =>
  listAt(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec', 'containers')
    .map((each) => textAt(each, field))
    .join(',');

const suspension = (value: unknown): string => (typeof value !== 'boolean' ? '<unset>' : value ? 'True' : 'False');

const cronJob: readonly Column[] = [
  NAME,
  text('Schedule', path('spec', 'schedule')),
  text('Timezone', pathOrNone('spec', 'timeZone')),
  flag('Suspend', (object) => suspension(at(object, 'spec', 'suspend'))),
  count('Active', (object) => listAt(object, 'status', 'active').length),
  text('Last Schedule', (object, now) => {
    const last = textAt(object, 'status', 'lastScheduleTime');
    return last === '' ? '<none>' : ageOf(last, now);
  }),
  AGE,
  wide(text('Containers', jobContainers('name'))),
  wide(text('Images', jobContainers('image'))),
  wide(text('Selector', (object) => selectorText(at(object, 'spec', 'jobTemplate', 'spec', 'selector')))),
];

const controllerRevision: readonly Column[] = [
  NAME,
  text('Controller', (object) => {
    const owner = object.metadata.ownerReferences?.find((each) => each.controller === true);
    const [group = '', version] = owner?.apiVersion.split('/') ?? [];
    return owner === undefined
      ? '<none>'
      : `${owner.kind.toLowerCase()}${version === undefined ? '' : `.${group}`}/${owner.name}`;
  }),
  text('Revision', number('revision')),
  AGE,
];

const orNotAvailable = (value: unknown): string => (value === undefined ? 'N/A' : String(value));

const pdb: readonly Column[] = [
  NAME,
  text('Min Available', (object) => orNotAvailable(at(object, 'spec', 'minAvailable'))),
  text('Max Unavailable', (object) => orNotAvailable(at(object, 'spec', 'maxUnavailable'))),
  count('Allowed Disruptions', number('status', 'disruptionsAllowed')),
  AGE,
];

const podTemplate: readonly Column[] = [
  NAME,
  text('Containers', (object) =>
    listAt(object, 'template', 'spec', 'containers')
      .map((each) => textAt(each, 'name'))
      .join(','),
  ),
  text('Images', (object) =>
    listAt(object, 'template', 'spec', 'containers')
      .map((each) => textOf(at(each, 'image')))
      .join(','),
  ),
  text('Pod Labels', (object) => labelText(at(object, 'template', 'metadata', 'labels'))),
];

export const WORKLOAD_COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  pods: pod,
  podtemplates: podTemplate,
  replicationcontrollers: replicas(PLAIN_SELECTOR),
  'deployments.apps': deployment,
  'replicasets.apps': replicas(SELECTOR),
  'statefulsets.apps': [NAME, text('Ready', readyOfWanted), AGE, CONTAINERS, IMAGES],
  'daemonsets.apps': daemonSet,
  'controllerrevisions.apps': controllerRevision,
  'jobs.batch': job,
  'cronjobs.batch': cronJob,
  'horizontalpodautoscalers.autoscaling': AUTOSCALER,
  'poddisruptionbudgets.policy': pdb,
};
