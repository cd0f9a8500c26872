// What people and their tools do to a cluster, as steps that can be set for an instant and saved.

import { admit } from '../admission.ts';
import { workloadOf } from '../behaviour.ts';
import { commitOf } from '../catalog/workload.ts';
import { setsOf } from '../controllers/deployment.ts';
import { restartUnhealthy } from '../controllers/kubelet-run.ts';
import { loseNode, returnNode } from '../controllers/nodes.ts';
import { isActive, isReady } from '../controllers/pods.ts';
import { remove } from '../deleting.ts';
import type { Fault } from '../memory.ts';
import { type Controller, isLeaving, numberOf, type Sim, textOf } from '../sim.ts';
import type { About } from '../timers.ts';
import type { Container, Deployment, Pod } from '../types.ts';
import { isoSecond } from '../world.ts';
import { createBy, statusBy, updateBy, withMeta } from '../writing.ts';

type Op = (sim: Sim, namespace: string, name: string, about: About) => void;

const by = (about: About): string => textOf(about, 'by') || 'argo-cd';

const deploymentOf = (sim: Sim, namespace: string, name: string): Deployment | undefined => {
  const dep = sim.world.get('Deployment', namespace, name);
  return dep !== undefined && !isLeaving(dep) ? dep : undefined;
};

export const retagged = (image: string, tag: string): string => `${image.slice(0, image.lastIndexOf(':'))}:${tag}`;

/** A new image tag, settings, memory limit; each optional. */
const deploy: Op = (sim, namespace, name, about) => {
  const dep = deploymentOf(sim, namespace, name);
  const first = dep?.spec.template.spec.containers[0];
  if (dep === undefined || first === undefined) return;
  const image = about.tag === undefined ? first.image : retagged(first.image, textOf(about, 'tag'));
  const changed: Container = {
    ...first,
    image,
    ...(first.env && {
      env: first.env.map((one) => (one.name === about.env ? { ...one, value: textOf(about, 'value') } : one)),
    }),
    ...(about.memory !== undefined && {
      resources: { ...first.resources, limits: { ...first.resources?.limits, memory: textOf(about, 'memory') } },
    }),
  };
  const tag = image.slice(image.lastIndexOf(':') + 1);
  const { template } = dep.spec;
  const version = { 'app.kubernetes.io/version': tag };
  const commit = { 'mosaic.dev/commit-sha': commitOf(image) };
  updateBy(sim, by(about), dep, {
    ...dep,
    metadata: {
      ...dep.metadata,
      labels: { ...dep.metadata.labels, ...version },
      annotations: { ...dep.metadata.annotations, ...commit },
    },
    spec: {
      ...dep.spec,
      template: {
        ...template,
        metadata: {
          ...template.metadata,
          labels: { ...template.metadata?.labels, ...version },
          annotations: { ...template.metadata?.annotations, ...commit },
        },
        spec: { ...template.spec, containers: [changed, ...template.spec.containers.slice(1)] },
      },
    },
  });
};

const REVISION = 'deployment.kubernetes.io/revision';
const HASH = 'pod-template-hash';

/** Back to the template of the revision before this one. */
const rollBack: Op = (sim, namespace, name, about) => {
  const dep = deploymentOf(sim, namespace, name);
  if (dep === undefined) return;
  const current = Number(dep.metadata.annotations?.[REVISION] ?? 0);
  const revision = (set: { metadata: { annotations?: Readonly<Record<string, string>> } }): number =>
    Number(set.metadata.annotations?.[REVISION] ?? 0);
  const before = setsOf(sim, dep)
    .filter((set) => revision(set) < current)
    .sort((a, b) => revision(b) - revision(a))[0];
  if (before === undefined) return;
  const { [HASH]: _hash, ...labels } = before.spec.template.metadata?.labels ?? {};
  const template = { ...before.spec.template, metadata: { ...before.spec.template.metadata, labels } };
  const image = template.spec.containers[0]?.image ?? '';
  updateBy(sim, by(about), dep, {
    ...dep,
    metadata: {
      ...dep.metadata,
      labels: { ...dep.metadata.labels, 'app.kubernetes.io/version': image.slice(image.lastIndexOf(':') + 1) },
      annotations: { ...dep.metadata.annotations, 'mosaic.dev/commit-sha': commitOf(image) },
    },
    spec: { ...dep.spec, template },
  });
};

const scale: Op = (sim, namespace, name, about) => {
  const dep = deploymentOf(sim, namespace, name);
  if (dep) updateBy(sim, by(about), dep, { ...dep, spec: { ...dep.spec, replicas: numberOf(about, 'replicas') } });
};

const configure: Op = (sim, namespace, name, about) => {
  const config = sim.world.get('ConfigMap', namespace, name);
  if (config === undefined) return;
  updateBy(sim, by(about), config, {
    ...config,
    data: { ...config.data, [textOf(about, 'key')]: textOf(about, 'value') },
  });
};

const destroy: Op = (sim, namespace, name, about) => {
  const object = sim.world.get(textOf(about, 'kind'), namespace, name);
  if (object) remove(sim, object, { propagation: 'Background' });
};

/** `kubectl rollout restart`. */
const restart: Op = (sim, namespace, name, about) => {
  const dep = deploymentOf(sim, namespace, name);
  if (dep === undefined) return;
  const { template } = dep.spec;
  const annotations = { ...template.metadata?.annotations, 'kubectl.kubernetes.io/restartedAt': isoSecond(sim.now()) };
  const next = { ...template, metadata: { ...template.metadata, annotations } };
  updateBy(sim, by(about), dep, { ...dep, spec: { ...dep.spec, template: next } });
};

/** One container fails its liveness probe and is started again. */
const unhealthy: Op = (sim, namespace, name) => {
  const pods = [...sim.world.inNamespace('Pod', namespace)].filter((pod) => workloadOf(pod) === `${namespace}/${name}`);
  const whole = pods.filter((one) => isActive(one) && isReady(one));
  const pod = whole.length > 0 ? sim.random.pick(whole) : undefined;
  if (pod && sim.memory.lost[pod.spec.nodeName ?? ''] === undefined) restartUnhealthy(sim, pod);
};

/** Somebody deletes one pod; its owner makes another. */
const deletePod: Op = (sim, namespace, name) => {
  const pods = [...sim.world.inNamespace('Pod', namespace)].filter((pod) => workloadOf(pod) === `${namespace}/${name}`);
  const pod = pods.find(isActive);
  if (pod) remove(sim, pod);
};

/** What a fault is about also happens to what runs already. */
const fault: Op = (sim, namespace, name, about) => {
  const kind = textOf(about, 'fault') as Fault['kind']; // written by the incidents of this folder
  sim.memory.faults[`${namespace}/${name}`] = { kind, from: sim.now(), text: textOf(about, 'text') || undefined };
  for (const pod of sim.world.inNamespace('Pod', namespace))
    if (workloadOf(pod) === `${namespace}/${name}` && isActive(pod)) disturb(sim, pod, kind);
};

function disturb(sim: Sim, pod: Pod, kind: Fault['kind']): void {
  const runtime = sim.memory.runtimes[pod.metadata.uid];
  const container = pod.spec.containers[0]?.name;
  if (runtime === undefined || container === undefined) return;
  const about = {
    namespace: pod.metadata.namespace ?? '',
    name: pod.metadata.name,
    uid: pod.metadata.uid,
    run: runtime.run,
    container,
  };
  const after = sim.random.between(4_000, 70_000);
  if (kind === 'memory') sim.after(after, 'pod-end', { ...about, exitCode: 137, reason: 'OOMKilled' });
  if (kind === 'crash') sim.after(after / 4, 'pod-end', { ...about, exitCode: 1, reason: 'Error' });
  if (kind === 'unready') sim.after(after / 8, 'pod-probe', about);
}

const calm: Op = (sim, namespace, name) => {
  delete sim.memory.faults[`${namespace}/${name}`];
  sim.after(1_000, 'namespace-probe', { namespace });
};

const cordon: Op = (sim, _namespace, name, about) => {
  const node = sim.world.get('Node', '', name);
  if (node === undefined) return;
  const { unschedulable: _gone, ...spec } = node.spec;
  updateBy(sim, by(about), node, { ...node, spec: about.undo === true ? spec : { ...spec, unschedulable: true } });
};

/** `kubectl drain`: everything but daemons and mirrors is evicted. */
const drain: Op = (sim, namespace, name, about) => {
  cordon(sim, namespace, name, about);
  for (const pod of sim.world.podsOn(name)) {
    const stays = pod.metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet' || kind === 'Node');
    if (!stays && isActive(pod)) remove(sim, pod);
  }
};

const unpushed: Op = (sim, _namespace, name) => {
  sim.memory.story[`missing ${name}`] = 1;
};

const runJob: Op = (sim, namespace, name, about) => {
  if (sim.world.get('Job', namespace, name) !== undefined) return;
  const image = textOf(about, 'image');
  const draft = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace,
      labels: {
        'app.kubernetes.io/name': textOf(about, 'app'),
        'app.kubernetes.io/part-of': namespace,
        'app.kubernetes.io/component': 'build',
      },
    },
    spec: {
      ttlSecondsAfterFinished: 420,
      backoffLimit: 0,
      template: {
        metadata: {
          labels: { 'app.kubernetes.io/name': textOf(about, 'app'), 'app.kubernetes.io/part-of': namespace },
        },
        spec: {
          restartPolicy: 'Never',
          containers: [
            {
              name: 'build',
              image,
              args: [`--takes=${numberOf(about, 'takesS')}`, ...(about.fails === true ? ['exit 1'] : [])],
              resources: { requests: { cpu: '400m', memory: '512Mi' } },
            },
          ],
        },
      },
    },
  };
  createBy(sim, by(about), admit(sim, draft));
};

/** A Certificate stops or starts being ready. */
const certify: Op = (sim, namespace, name, about) => {
  const certificate = sim.world.get('Certificate.cert-manager.io', namespace, name);
  if (certificate === undefined) return;
  const isGood = about.good === true;
  const reason = isGood ? 'Ready' : 'Issuing';
  const message = isGood
    ? 'Certificate is up to date and has not expired'
    : 'Issuing certificate as Secret was previously issued by an issuer that is not ready';
  const condition = {
    type: 'Ready',
    status: isGood ? 'True' : 'False',
    reason,
    message,
    lastTransitionTime: sim.world.stamp(),
    observedGeneration: 1,
  };
  statusBy(sim, 'cert-manager-certificates-readiness', certificate, {
    revision: isGood ? 5 : 4,
    conditions: [condition],
  });
};

const annotate: Op = (sim, namespace, name, about) => {
  const dep = deploymentOf(sim, namespace, name);
  if (dep)
    updateBy(
      sim,
      by(about),
      dep,
      withMeta(dep, { annotations: { ...dep.metadata.annotations, [textOf(about, 'key')]: textOf(about, 'value') } }),
    );
};

/** A workload that was deleted is applied again. */
const create: Op = (sim, _namespace, _name, about) => {
  const draft = JSON.parse(textOf(about, 'manifest')) as Parameters<typeof admit>[1]; // written by this module's callers
  const { name, namespace = '' } = draft.metadata;
  if (sim.world.get(sim.tableOf(draft.apiVersion, draft.kind), namespace, name) === undefined)
    createBy(sim, by(about), admit(sim, draft));
};

export const OPS = {
  deploy,
  'roll back': rollBack,
  scale,
  configure,
  destroy,
  restart,
  unhealthy,
  'delete pod': deletePod,
  fault,
  calm,
  cordon,
  drain,
  'lose node': (sim: Sim, _namespace: string, name: string) => loseNode(sim, name),
  'return node': (sim: Sim, _namespace: string, name: string) => returnNode(sim, name),
  unpushed,
  'run job': runJob,
  certify,
  annotate,
  create,
} as const satisfies Readonly<Record<string, Op>>;
export type OpName = keyof typeof OPS;

/** A step of a story: what is done to what, when. */
export interface Step {
  readonly at: number;
  readonly op: OpName;
  readonly namespace?: string;
  readonly name: string;
  readonly by?: string;
  readonly with?: About;
}

export const setStep = (sim: Sim, { at, op, namespace = '', name, by: actor, with: more = {} }: Step): void =>
  sim.at(at, 'story', { op, namespace, name, ...(actor !== undefined && { by: actor }), ...more });

export const storyTeller: Controller = {
  handle: {
    story(sim, about) {
      const op: Op | undefined = OPS[textOf(about, 'op') as OpName]; // undefined for a step of a newer version
      op?.(sim, textOf(about, 'namespace'), textOf(about, 'name'), about);
    },
  },
};
