// Evicting a pod: a deletion that asks the pod's disruption budget first, as `kubectl drain` wants it. The rules are kube-apiserver's (policy/v1 Eviction).
import type { Asked } from '../http/asked.ts';
import { readObject } from '../http/body.ts';
import { send } from '../http/respond.ts';
import { at, type Json, listAt, recordOf, textAt } from '../json.ts';
import { badRequest, type KubeObject } from '../port.ts';
import { existing } from '../read/get.ts';
import { removeOptions } from '../write/remove.ts';
import { checkVersion, instant, writeOptions, writeSide } from '../write/writing.ts';
import { spendBudget } from './budget.ts';

/** Answers 201 with a Status; throws 429 when a budget is spent, 405 where nothing can be written. */
export async function answerEviction(asked: Asked): Promise<void> {
  const write = writeSide(asked);
  const eviction = await readObject(asked.req);
  checkEviction(asked, eviction);
  const deletion = recordOf(eviction.deleteOptions);
  const options = removeOptions(asked, deletion);
  const pod = await existing(asked);
  checkVersion(asked, pod, recordOf(deletion.preconditions));
  if (needsBudget(pod)) await spendBudget(asked, pod, options.dryRun);
  if (!options.dryRun) announce(asked, pod);
  write.remove(asked.stored, pod.metadata.namespace ?? '', pod.metadata.name, options);
  send(asked, 201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
}

const VERSIONS = ['policy/v1', 'policy/v1beta1'];

function checkEviction({ name }: Asked, body: Json): void {
  const isEviction = body.kind === undefined || body.kind === 'Eviction';
  const isPolicy = body.apiVersion === undefined || VERSIONS.includes(String(body.apiVersion));
  if (!isEviction || !isPolicy)
    throw badRequest(`not a Eviction object: ${String(body.apiVersion)} ${String(body.kind)}`);
  if (textAt(body, 'metadata', 'name') !== name) throw badRequest('name in URL does not match name in Eviction object');
}

/** A pod that does no work, or is going already, takes nothing from anybody. */
function needsBudget(pod: KubeObject): boolean {
  const phase = textAt(pod, 'status', 'phase');
  return !['Succeeded', 'Failed', 'Pending'].includes(phase) && pod.metadata.deletionTimestamp === undefined;
}

/** The pod says why it goes. */
function announce(asked: Asked, pod: KubeObject): void {
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: instant(asked.source.now()),
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  const others = listAt(pod, 'status', 'conditions').filter((each) => at(each, 'type') !== condition.type);
  const next = { ...pod, status: { ...recordOf(pod.status), conditions: [...others, condition] } };
  writeSide(asked).update(asked.stored, next, { ...writeOptions(asked), subresource: 'status' });
}
