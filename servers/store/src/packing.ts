// A revision's diff as few bytes: JSON, deflated against words that diffs are made of.

import { byteReader, byteWriter, type Compression, decodeUtf8, encodeUtf8, type FieldDiff } from '@mosaic/wire';

const DEFLATE = 2;
const NOTHING = new Uint8Array(0);

/** The likeliest last: deflate reaches them with the shortest distances. Changing it makes stored diffs unreadable: add a new list instead. */
const WORDS = encodeUtf8(
  [
    '"metadata.annotations[deployment.kubernetes.io/revision]","metadata.generation","metadata.labels[',
    'spec.template.spec.containers[","spec.template.metadata.annotations[kubectl.kubernetes.io/restartedAt]","spec.nodeName","spec.replicas",',
    '"status.observedGeneration","status.updatedReplicas","status.availableReplicas","status.unavailableReplicas","status.readyReplicas","status.replicas",',
    '"status.hostIP","status.hostIPs","status.podIP","status.podIPs","status.qosClass","status.startTime","message":"containers with unready status: [',
    '"reason":"ContainersNotReady","lastProbeTime":null,"status":"False","type":"ContainersReady","lastTransitionTime":"2026-',
    '"status.containerStatuses[].lastState.terminated.exitCode","terminated":{"containerID":"containerd://","exitCode":1,"finishedAt":"","reason":"Error","startedAt":"',
    '"status.containerStatuses[].state.waiting.reason","waiting":{"message":"back-off 5m0s restarting failed container=","reason":"CrashLoopBackOff"},',
    '"status.containerStatuses[].containerID","status.containerStatuses[].imageID","status.containerStatuses[].started","status.containerStatuses[].restartCount",',
    '"status.containerStatuses[].ready","state":{"running":{"startedAt":"2026-',
    '"status.conditions[PodReadyToStartContainers].status","status.conditions[Initialized].lastTransitionTime","status.conditions[Available].lastUpdateTime",',
    '"status.conditions[ContainersReady].lastTransitionTime","status.conditions[Ready].lastTransitionTime","status.conditions[Ready].status",',
    '"status.phase","op":"replace","before":"Pending","after":"Running"},{"path":"status.","op":"add","after":"},{"path":"status.","op":"remove","before":false,"after":true},',
    '{"path":"status.","op":"replace","before":"False","after":"True"},[{"path":"',
  ].join(''),
);

/** Empty for no diff. */
export function packDiff(diff: readonly FieldDiff[], compression: Compression): Uint8Array {
  if (diff.length === 0) return NOTHING;
  const text = encodeUtf8(JSON.stringify(diff));
  const out = byteWriter(text.length);
  out.varint(text.length);
  out.raw(compression.compress(DEFLATE, text, { level: 6, dictionary: WORDS }));
  return out.finish();
}

/** Throws `Malformed`. */
export function unpackDiff(bytes: Uint8Array | null | undefined, compression: Compression): readonly FieldDiff[] {
  if (!bytes || bytes.length === 0) return [];
  const from = byteReader(bytes);
  const size = from.varint();
  return JSON.parse(decodeUtf8(compression.inflate(DEFLATE, from.raw(from.left), size, WORDS))) as FieldDiff[]; // packDiff wrote it
}
