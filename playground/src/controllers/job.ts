// Jobs and CronJobs: pods that run to an end, and schedules that make them.

import { nextRun } from '../cron.ts';
import { remove } from '../deleting.ts';
import { say } from '../events.ts';
import { type Controller, isLeaving, itself, type Sim, textOf } from '../sim.ts';
import type { Condition, CronJob, Job, Pod } from '../types.ts';
import { isoSecond } from '../world/instants.ts';
import { createBy, ownerReference, statusBy } from '../writing.ts';
import { createPod } from './new-pod.ts';
import { conditionOf, isActive, isReady, podsOf } from './pods.ts';

const RETRY_MS = 10_000;
const MOST_RETRY_MS = 360_000;

export const jobs: Controller = {
  reconcile: { job: reconcileJob, cronjob: reconcileCronJob },
  handle: {
    'job-again': (sim, about) => sim.touch('job', textOf(about, 'namespace'), textOf(about, 'name')),
    'job-expired': expire,
    'cron-due': due,
  },
  react: {
    Job: (sim, change) => {
      itself('job')(sim, change);
      const owner = change.object.metadata.ownerReferences?.[0];
      if (owner?.kind === 'CronJob') sim.touch('cronjob', change.object.metadata.namespace ?? '', owner.name);
    },
    CronJob: itself('cronjob'),
  },
};

const isOver = (job: Job): boolean =>
  conditionOf(job.status.conditions, 'Complete')?.status === 'True' ||
  conditionOf(job.status.conditions, 'Failed')?.status === 'True';

function reconcileJob(sim: Sim, namespace: string, name: string) {
  const job = sim.world.get('Job', namespace, name);
  if (job === undefined || isLeaving(job) || isOver(job)) return;
  const pods = podsOf(sim, job.metadata.uid);
  const succeeded = pods.filter(({ status }) => status.phase === 'Succeeded').length;
  const failed = pods.filter(({ status }) => status.phase === 'Failed').length;
  const wanted = job.spec.completions ?? 1;
  if (succeeded >= wanted) return endJob(sim, job, pods, 'Complete');
  if (failed > (job.spec.backoffLimit ?? 6)) return endJob(sim, job, pods, 'Failed');
  const active = pods.filter(isActive);
  const room = job.spec.suspend ? 0 : Math.min(job.spec.parallelism ?? 1, wanted - succeeded) - active.length;
  if (room > 0 && !waits(sim, job, pods, failed)) for (let i = 0; i < room; i++) grow(sim, job);
  tellJob(sim, job, {});
}

/** After a failure the next try waits, twice as long each time. */
function waits(sim: Sim, job: Job, pods: readonly Pod[], failed: number): boolean {
  if (failed === 0) return false;
  const last = Math.max(
    ...pods.map(({ status }) => Date.parse(status.containerStatuses?.[0]?.state.terminated?.finishedAt ?? '') || 0),
  );
  const left = last + Math.min(RETRY_MS * 2 ** (failed - 1), MOST_RETRY_MS) - sim.now();
  if (left > 0) sim.after(left + 50, 'job-again', { namespace: job.metadata.namespace ?? '', name: job.metadata.name });
  return left > 0;
}

function grow(sim: Sim, job: Job): void {
  const { name, namespace = '', uid } = job.metadata;
  const pod = createPod(sim, job.spec.template, {
    namespace,
    name: `${name}-${sim.random.suffix(5)}`,
    generateName: `${name}-`,
    owner: ownerReference(job),
    labels: { 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': name, 'job-name': name },
  });
  say(sim, {
    about: job,
    reason: 'SuccessfulCreate',
    message: `Created pod: ${pod.metadata.name}`,
    from: 'job-controller',
  });
}

function tellJob(
  sim: Sim,
  job: Job,
  end: { readonly conditions?: readonly Condition[]; readonly completionTime?: string },
): Job {
  const pods = podsOf(sim, job.metadata.uid);
  const active = pods.filter(isActive);
  const count = (phase: string): number => pods.filter(({ status }) => status.phase === phase).length;
  return statusBy(sim, 'kube-controller-manager', job, {
    startTime: job.status.startTime ?? sim.world.stamp(),
    ...(active.length > 0 &&
      end.conditions === undefined && { active: active.length, ready: active.filter(isReady).length }),
    ...(count('Succeeded') > 0 && { succeeded: count('Succeeded') }),
    ...(count('Failed') > 0 && { failed: count('Failed') }),
    ...end,
  });
}

function endJob(sim: Sim, job: Job, pods: readonly Pod[], type: 'Complete' | 'Failed'): void {
  const time = sim.world.stamp();
  const isGood = type === 'Complete';
  const reason = isGood ? 'CompletionsReached' : 'BackoffLimitExceeded';
  const message = isGood ? 'Reached expected number of succeeded pods' : 'Job has reached the specified backoff limit';
  const condition = { status: 'True', reason, message, lastProbeTime: time, lastTransitionTime: time } as const;
  for (const pod of pods) if (isActive(pod)) remove(sim, pod);
  tellJob(sim, job, {
    conditions: [
      { type: isGood ? 'SuccessCriteriaMet' : 'FailureTarget', ...condition },
      { type, ...condition },
    ],
    ...(isGood && { completionTime: time }),
  });
  if (isGood) say(sim, { about: job, reason: 'Completed', message: 'Job completed', from: 'job-controller' });
  else say(sim, { about: job, type: 'Warning', reason, message, from: 'job-controller' });
  const { ttlSecondsAfterFinished: ttl } = job.spec;
  if (ttl !== undefined)
    sim.after(ttl * 1000, 'job-expired', {
      namespace: job.metadata.namespace ?? '',
      name: job.metadata.name,
      uid: job.metadata.uid,
    });
}

function expire(sim: Sim, about: { readonly [field: string]: unknown }): void {
  const job = sim.world.get('Job', String(about.namespace), String(about.name));
  if (job !== undefined && job.metadata.uid === about.uid) remove(sim, job);
}

/** Sets the next timer, tells what runs and forgets old runs. */
function reconcileCronJob(sim: Sim, namespace: string, name: string): void {
  const cron = sim.world.get('CronJob', namespace, name);
  if (cron === undefined || isLeaving(cron)) return;
  const at = nextRun(cron.spec.schedule, sim.now());
  const id = `cron ${cron.metadata.uid}`;
  if (at !== undefined && sim.memory.story[id] !== at) {
    sim.memory.story[id] = at;
    sim.at(at, 'cron-due', { namespace, name, uid: cron.metadata.uid, at });
  }
  const owned = runsOf(sim, cron);
  keep(sim, owned, 'Complete', cron.spec.successfulJobsHistoryLimit ?? 3);
  keep(sim, owned, 'Failed', cron.spec.failedJobsHistoryLimit ?? 1);
  tellCronJob(sim, cron, owned, {});
}

const runsOf = (sim: Sim, { metadata }: CronJob): readonly Job[] =>
  sim.world.ownedBy(metadata.uid).filter((one): one is Job => one.kind === 'Job' && !isLeaving(one));

function tellCronJob(
  sim: Sim,
  cron: CronJob,
  owned: readonly Job[],
  more: { readonly lastScheduleTime?: string },
): void {
  const active = owned
    .filter((job) => !isOver(job))
    .map(({ metadata }) => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      name: metadata.name,
      namespace: metadata.namespace,
      uid: metadata.uid,
    }));
  const ends = owned.map(({ status }) => String(status.completionTime ?? '')).sort();
  const last = ends.at(-1) || cron.status.lastSuccessfulTime;
  const { active: _active, ...rest } = cron.status;
  statusBy(sim, 'kube-controller-manager', cron, {
    ...rest,
    ...(active.length > 0 && { active }),
    ...(last !== undefined && last !== '' && { lastSuccessfulTime: last }),
    ...more,
  });
}

function keep(sim: Sim, owned: readonly Job[], type: string, most: number): void {
  const ended = owned.filter((job) => conditionOf(job.status.conditions, type)?.status === 'True');
  const oldest = [...ended].sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1));
  for (const job of oldest.slice(0, Math.max(0, ended.length - most))) remove(sim, job);
}

function due(sim: Sim, about: { readonly [field: string]: unknown }): void {
  const cron = sim.world.get('CronJob', String(about.namespace), String(about.name));
  const at = Number(about.at);
  if (cron === undefined || cron.metadata.uid !== about.uid || nextRun(cron.spec.schedule, at - 1) !== at) return;
  delete sim.memory.story[`cron ${cron.metadata.uid}`];
  sim.touch('cronjob', cron.metadata.namespace ?? '', cron.metadata.name);
  const running = runsOf(sim, cron).filter((job) => !isOver(job));
  const policy = cron.spec.concurrencyPolicy ?? 'Allow';
  if (cron.spec.suspend || (policy === 'Forbid' && running.length > 0)) return;
  if (policy === 'Replace') for (const job of running) remove(sim, job);
  const job = createRun(sim, cron, at);
  say(sim, {
    about: cron,
    reason: 'SuccessfulCreate',
    message: `Created job ${job.metadata.name}`,
    from: 'cronjob-controller',
  });
  tellCronJob(
    sim,
    sim.world.get('CronJob', cron.metadata.namespace ?? '', cron.metadata.name) ?? cron,
    runsOf(sim, cron),
    { lastScheduleTime: isoSecond(at) },
  );
}

function createRun(sim: Sim, cron: CronJob, at: number): Job {
  const { metadata, spec } = cron.spec.jobTemplate;
  const name = `${cron.metadata.name}-${Math.floor(at / 60_000)}`;
  const uid = sim.random.uuid();
  const labels = { 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': name };
  const known = sim.world.get('Job', cron.metadata.namespace ?? '', name);
  if (known !== undefined) return known;
  return createBy(sim, 'kube-controller-manager', {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      uid,
      namespace: cron.metadata.namespace ?? '',
      labels: { ...metadata?.labels, ...spec.template.metadata?.labels },
      annotations: { ...metadata?.annotations, 'batch.kubernetes.io/cronjob-scheduled-timestamp': isoSecond(at) },
      ownerReferences: [ownerReference(cron)],
    },
    spec: {
      completions: 1,
      parallelism: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      ...spec,
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
      template: {
        ...spec.template,
        metadata: { ...spec.template.metadata, labels: { ...spec.template.metadata?.labels, ...labels } },
      },
    },
    status: {},
  }) as Job; // a draft of kind Job
}
