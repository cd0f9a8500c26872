// The health of any manifest: a rule per kind, and for the rest what its conditions say.

import type { Json } from '../manifest.ts';
import { conditionsOf, told } from './conditions.ts';
import { claimHealth, namespaceHealth, nodeHealth, serviceHealth, volumeHealth } from './infrastructure.ts';
import { podHealth } from './pod.ts';
import { broken, degraded, type Verdict, WELL } from './verdict.ts';
import { cronJobHealth, hpaHealth, jobHealth, pdbHealth, replicatedHealth } from './workloads.ts';

/** By group and kind: a CRD of the same kind name in another group is not judged by these. */
const rules: Readonly<Record<string, (object: Json) => Verdict>> = {
  '/Pod': podHealth,
  '/Node': nodeHealth,
  '/PersistentVolumeClaim': claimHealth,
  '/PersistentVolume': volumeHealth,
  '/Namespace': namespaceHealth,
  '/Service': serviceHealth,
  '/ReplicationController': replicatedHealth,
  'apps/Deployment': replicatedHealth,
  'apps/StatefulSet': replicatedHealth,
  'apps/DaemonSet': replicatedHealth,
  'apps/ReplicaSet': replicatedHealth,
  'batch/Job': jobHealth,
  'batch/CronJob': cronJobHealth,
  'autoscaling/HorizontalPodAutoscaler': hpaHealth,
  'policy/PodDisruptionBudget': pdbHealth,
};

/** Conditions whose being False means it does not do its work. */
const MUST_HOLD = new Set(['Ready', 'Available', 'Healthy', 'Synced', 'Established', 'Accepted', 'Programmed']);
/** Conditions whose being True means trouble. */
const MUST_NOT_HOLD = new Set(['Failed', 'Degraded', 'Stalled', 'ReconcileError', 'Failure']);

/** Pure; never throws on absent or odd fields. O(size of status). */
export function healthOf(object: Json): Verdict {
  return (rules[`${groupOf(object)}/${String(object.kind)}`] ?? genericHealth)(object);
}

const groupOf = ({ apiVersion }: Json): string =>
  typeof apiVersion === 'string' && apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

export function genericHealth(object: Json): Verdict {
  const conditions = conditionsOf(object);
  const failing = conditions.filter(({ type, status }) => MUST_HOLD.has(type) && status === 'False');
  const stuck = conditions.filter(({ type, status }) => MUST_NOT_HOLD.has(type) && status === 'True');
  const reasons = [
    ...stuck.map((condition) => told(condition.type, condition)),
    ...failing.map((condition) => told(`not ${condition.type}`, condition)),
  ];
  if (stuck.length > 0) return broken(...reasons);
  return failing.length > 0 ? degraded(...reasons) : WELL;
}
