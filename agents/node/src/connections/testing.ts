// The recorded node for tests: a copy that may be changed, its pods as the API server told them, a clock turned by hand.

import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock, Covering } from '@mosaic/runtime';
import { type Connection, readConnections } from '@mosaic/wire';
import type { Host, Outgoing, Parts, PodOnNode, Pods } from '../ports.ts';

export const RECORDED = join(import.meta.dirname, '../../fixtures/recorded');

export const recorded = (path: string): string => readFileSync(join(RECORDED, path), 'utf8');

/** `/proc` of the recorded node, to be changed at will. */
export function recordedNode(): { readonly host: Host; readonly remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'mosaic-node-'));
  cpSync(join(RECORDED, 'proc'), join(root, 'proc'), { recursive: true, verbatimSymlinks: true });
  return { host: hostAt(root), remove: () => rmSync(root, { recursive: true }) };
}

export const hostAt = (root: string): Host => ({
  root,
  proc: join(root, 'proc'),
  log: join(root, 'var/log'),
  cgroup: join(root, 'sys/fs/cgroup'),
});

interface Described {
  readonly kind: string;
  readonly metadata: { readonly uid: string; readonly name: string; readonly namespace?: string };
  readonly status?: {
    readonly podIP?: string;
    readonly containerStatuses?: readonly { readonly name: string; readonly containerID?: string }[];
  };
}

export function recordedPods(): Pods {
  const { items } = JSON.parse(recorded('objects.json')) as { items: readonly Described[] };
  return podsOf(
    items
      .filter(({ kind }) => kind === 'Pod')
      .map(({ metadata, status }) =>
        podOnNode({
          uid: metadata.uid,
          name: metadata.name,
          namespace: metadata.namespace ?? '',
          ips: status?.podIP === undefined ? [] : [status.podIP],
          containers: (status?.containerStatuses ?? []).map(({ name, containerID = '' }) => ({
            name,
            id: containerID.replace('containerd://', ''),
            restart: 0,
          })),
        }),
      ),
  );
}

export const podOnNode = (change: Partial<PodOnNode> & Pick<PodOnNode, 'uid'>): PodOnNode => ({
  ...{ namespace: 'shop', name: change.uid, ips: [], hostNetwork: false, annotations: {}, containers: [], ports: [] },
  ...change,
});

export const podsOf = (all: readonly PodOnNode[]): Pods => ({
  all: () => all,
  byUid: (uid) => all.find((pod) => pod.uid === uid || pod.mirror === uid),
  byContainer: (id) => all.find(({ containers }) => containers.some((one) => one.id === id)),
});

export interface HandClock extends Clock {
  turn(ms: number): void;
}

/** Sleeping turns it; a sleep that can be ended lasts until it is. */
export function handClock(at: number): HandClock {
  let now = at;
  return {
    now: () => now,
    sleep(ms, signal) {
      if (signal === undefined) now += ms;
      if (signal === undefined || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    },
    turn(ms) {
      now += ms;
    },
  };
}

export interface Sent extends Outgoing {
  readonly chunks: { readonly parts: Parts; readonly connections: readonly Connection[] }[];
  readonly coverings: Covering[];
  connections(): readonly Connection[];
}

/** Reads back what was sent. */
export function sent(): Sent {
  const chunks: Sent['chunks'] = [];
  const coverings: Covering[] = [];
  return {
    chunks,
    coverings,
    connections: () => chunks.flatMap(({ connections }) => connections),
    async send(parts, { body = new Uint8Array() }) {
      chunks.push({ parts, connections: readConnections(body) });
    },
    cover(covering) {
      coverings.push(covering);
    },
  };
}
