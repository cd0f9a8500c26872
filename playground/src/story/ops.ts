// What people and their tools do to a cluster, as steps that can be set for an instant and saved.

import { admit } from '../admission.ts';
import { loseNode, returnNode } from '../controllers/nodes.ts';
import { type Controller, numberOf, type Sim, textOf } from '../sim.ts';
import type { About } from '../timers.ts';
import { createBy, statusBy } from '../writing.ts';
import { by, type Op } from './op.ts';
import { calm, cordon, deletePod, drain, fault, unhealthy, unpushed } from './ops-trouble.ts';
import { configure, deploy, destroy, restart, rollBack, scale } from './ops-workload.ts';

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
