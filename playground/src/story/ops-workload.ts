// What is done to workloads and their settings: releases, roll-backs, scaling, edits, deletions.

import { commitOf } from '../catalog/workload.ts';
import { setsOf } from '../controllers/deployment.ts';
import { remove } from '../deleting.ts';
import { isLeaving, numberOf, type Sim, textOf } from '../sim.ts';
import type { Container, Deployment } from '../types.ts';
import { isoSecond } from '../world/instants.ts';
import { updateBy } from '../writing.ts';
import { by, type Op } from './op.ts';

const deploymentOf = (sim: Sim, namespace: string, name: string): Deployment | undefined => {
  const dep = sim.world.get('Deployment', namespace, name);
  return dep !== undefined && !isLeaving(dep) ? dep : undefined;
};

const retagged = (image: string, tag: string): string => `${image.slice(0, image.lastIndexOf(':'))}:${tag}`;

/** A new image tag, settings, memory limit; each optional. */
export const deploy: Op = (sim, namespace, name, about) => {
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
export const rollBack: Op = (sim, namespace, name, about) => {
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

export const scale: Op = (sim, namespace, name, about) => {
  const dep = deploymentOf(sim, namespace, name);
  if (dep) updateBy(sim, by(about), dep, { ...dep, spec: { ...dep.spec, replicas: numberOf(about, 'replicas') } });
};

export const configure: Op = (sim, namespace, name, about) => {
  const config = sim.world.get('ConfigMap', namespace, name);
  if (config === undefined) return;
  updateBy(sim, by(about), config, {
    ...config,
    data: { ...config.data, [textOf(about, 'key')]: textOf(about, 'value') },
  });
};

export const destroy: Op = (sim, namespace, name, about) => {
  const object = sim.world.get(textOf(about, 'kind'), namespace, name);
  if (object) remove(sim, object, { propagation: 'Background' });
};

/** `kubectl rollout restart`. */
export const restart: Op = (sim, namespace, name, about) => {
  const dep = deploymentOf(sim, namespace, name);
  if (dep === undefined) return;
  const { template } = dep.spec;
  const annotations = { ...template.metadata?.annotations, 'kubectl.kubernetes.io/restartedAt': isoSecond(sim.now()) };
  const next = { ...template, metadata: { ...template.metadata, annotations } };
  updateBy(sim, by(about), dep, { ...dep, spec: { ...dep.spec, template: next } });
};
