// What the three signals need of the rest of the agent, so that each is tested alone.

import type { Covering } from '@mosaic/runtime';
import type { ChunkHeader, Sealing } from '@mosaic/wire';

/** What a signal says of its chunk; cluster, source, boot, epoch and sequence are the agent's. */
export type Parts = Pick<ChunkHeader, 'signal' | 't0' | 't1' | 'count'> &
  Pick<Partial<ChunkHeader>, 'logs' | 'metrics' | 'agent'>;

export interface Outgoing {
  /** Sealed, signed and in the spool, synced, when it resolves. Never rejects: a disk that refuses is the spool's trouble. */
  send(parts: Parts, sections: Omit<Sealing, 'header'>): Promise<void>;
  /** Up to when a signal has been seen, or why not. */
  cover(covering: Covering): void;
}

/** Folders of the machine that is looked at: `HOST_ROOT` before each. */
export interface Host {
  /** `/proc` */
  readonly proc: string;
  /** `/var/log` */
  readonly log: string;
  /** `/sys/fs/cgroup` */
  readonly cgroup: string;
  /** `/`: what a link such as `/var/lib/docker/containers/…` is looked up under. */
  readonly root: string;
}

export interface ContainerOnNode {
  readonly name: string;
  /** Without `containerd://`; empty before it was made. */
  readonly id: string;
  readonly restart: number;
}

/** A pod of this node, as the API server tells it, or as far as its log folder's name does. */
export interface PodOnNode {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** `Deployment/checkout`, where owners are known. */
  readonly workload?: string;
  readonly ips: readonly string[];
  readonly hostNetwork: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  readonly containers: readonly ContainerOnNode[];
  /** `kubernetes.io/config.mirror`: the uid that the kubelet runs a static pod under. */
  readonly mirror?: string;
  /** Container ports by container, for scrapes. */
  readonly ports: readonly number[];
}

export interface Pods {
  all(): readonly PodOnNode[];
  /** Also by the uid of a static pod's mirror. */
  byUid(uid: string): PodOnNode | undefined;
  byContainer(id: string): PodOnNode | undefined;
}
