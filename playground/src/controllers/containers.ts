// A container's status through its life, as the kubelet reports it.

import { hash32 } from '@mosaic/wire';
import type { Container, ContainerStatus, Pod, PodStatus, Terminated } from '../types.ts';

export function waiting(container: Container, reason: string, message?: string): ContainerStatus {
  return {
    name: container.name,
    image: container.image,
    imageID: '',
    ready: false,
    started: false,
    restartCount: 0,
    state: { waiting: { reason, ...(message !== undefined && { message }) } },
    lastState: {},
  };
}

export const asWaiting = (status: ContainerStatus, reason: string, message?: string): ContainerStatus => ({
  ...status,
  ready: false,
  started: false,
  state: { waiting: { reason, ...(message !== undefined && { message }) } },
  lastState: status.state.terminated ? { terminated: status.state.terminated } : status.lastState,
});

export const asRunning = (status: ContainerStatus, pod: Pod, time: string, run: number): ContainerStatus => ({
  ...status,
  imageID: imageId(status.image),
  containerID: containerId(pod, status.name, run),
  ready: false,
  started: true,
  state: { running: { startedAt: time } },
  lastState: status.state.terminated ? { terminated: status.state.terminated } : status.lastState,
});

export const asEnded = (status: ContainerStatus, ended: Omit<Terminated, 'startedAt'>): ContainerStatus => ({
  ...status,
  ready: false,
  started: false,
  state: {
    terminated: {
      ...ended,
      startedAt: status.state.running?.startedAt ?? ended.finishedAt,
      ...(status.containerID !== undefined && { containerID: status.containerID }),
    },
  },
});

/** With one container's status replaced. */
export const withContainer = (status: PodStatus, name: string, next: (one: ContainerStatus) => ContainerStatus) =>
  (status.containerStatuses ?? []).map((one) => (one.name === name ? next(one) : one));

const hex = (text: string): string =>
  [1, 2, 3, 4, 5, 6, 7, 8].map((n) => hash32(`${n}${text}`).toString(16).padStart(8, '0')).join('');

const imageIds = new Map<string, string>();
function imageId(image: string): string {
  let id = imageIds.get(image);
  if (id === undefined) {
    if (imageIds.size > 10_000) imageIds.clear();
    id = `${image.slice(0, image.lastIndexOf(':'))}@sha256:${hex(image)}`;
    imageIds.set(image, id);
  }
  return id;
}
const containerId = (pod: Pod, name: string, run: number): string =>
  `containerd://${hex(`${pod.metadata.uid}${name}${run}`)}`;
