// All controllers of a simulated cluster.

import { eventLife } from '../events.ts';
import type { Controller } from '../sim.ts';
import { autoscaler } from './autoscaler.ts';
import { budget } from './budget.ts';
import { claims } from './claims.ts';
import { daemonSet } from './daemonset.ts';
import { deployment } from './deployment.ts';
import { endpoints } from './endpoints.ts';
import { garbage } from './garbage.ts';
import { jobs } from './job.ts';
import { kubelet } from './kubelet.ts';
import { kubeletRun } from './kubelet-run.ts';
import { nodes } from './nodes.ts';
import { owners, replicaSet } from './replicaset.ts';
import { scheduler } from './scheduler.ts';
import { statefulSet } from './statefulset.ts';

const podOwners: Controller = { react: { Pod: owners } };

export const controllers: readonly Controller[] = [
  eventLife,
  podOwners,
  deployment,
  replicaSet,
  statefulSet,
  daemonSet,
  jobs,
  scheduler,
  kubelet,
  kubeletRun,
  endpoints,
  autoscaler,
  budget,
  claims,
  nodes,
  garbage,
];
