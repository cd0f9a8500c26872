// A small cluster for tests: three nodes, a namespace, a virtual clock that only moves when told.

import type { KubeObject } from '@mosaic/apiserver';
import { admit } from './admission.ts';
import { FOUNDATION, namespace, node } from './catalog/machines.ts';
import { emptyCluster } from './cluster.ts';
import { isReady } from './controllers/pods.ts';
import { type Engine, isLeaving } from './sim.ts';
import { storyTeller } from './story/ops.ts';
import type { Deployment, Draft, Pod } from './types.ts';
import { isoSecond } from './world/instants.ts';
import { createBy, updateBy } from './writing.ts';

export const NOON = Date.UTC(2026, 10, 20, 12);

export interface Lab {
  readonly sim: Engine;
  apply(draft: Draft): KubeObject;
  pass(seconds: number): void;
  pods(): readonly Pod[];
  ready(): number;
  /** `Reason: message` of every event so far. */
  events(): readonly string[];
  deployment(name: string): Deployment;
  edit(name: string, change: (dep: Deployment) => Deployment): void;
}

export function lab(): Lab {
  const sim = emptyCluster({ name: 'lab', seed: 7, at: NOON, more: [storyTeller] });
  const apply = (draft: Draft): KubeObject => createBy(sim, 'kubectl', admit(sim, draft));
  for (const draft of FOUNDATION) apply(draft);
  apply(namespace('lab'));
  for (let i = 1; i <= 3; i++) apply(node(`n${i}`, i, isoSecond(NOON)));
  sim.settle();
  const pods = (): readonly Pod[] => [...sim.world.inNamespace('Pod', 'lab')];
  const deployment = (name: string): Deployment => {
    const found = sim.world.get('Deployment', 'lab', name);
    if (found === undefined) throw new Error(`no deployment ${name}`);
    return found;
  };
  return {
    sim,
    apply,
    pods,
    deployment,
    pass: (seconds) => sim.advance(sim.now() + seconds * 1000),
    ready: () => pods().filter((pod) => isReady(pod) && !isLeaving(pod)).length,
    events: () => [...sim.world.all('Event')].map((event) => `${String(event.reason)}: ${String(event.note)}`),
    edit(name, change) {
      const before = deployment(name);
      updateBy(sim, 'kubectl', before, change(before));
      sim.settle();
    },
  };
}

export interface Shape {
  readonly replicas?: number;
  readonly image?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly strategy?: object;
  readonly deadline?: number;
}

export const webDeployment = (
  name: string,
  { replicas = 3, image = 'shop/web:1.0.0', env = {}, strategy, deadline }: Shape = {},
): Draft => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'lab' },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    ...(strategy && { strategy }),
    ...(deadline !== undefined && { progressDeadlineSeconds: deadline }),
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [
          {
            name: 'web',
            image,
            env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
            ports: [{ name: 'http', containerPort: 8080 }],
            readinessProbe: { httpGet: { path: '/', port: 8080 } },
          },
        ],
      },
    },
  },
});

export const service = (name: string, port = 8080): Draft => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'lab' },
  spec: { selector: { app: name }, ports: [{ name: 'http', port, targetPort: 'http' }] },
});

export const withImage = (dep: Deployment, image: string): Deployment => {
  const { template } = dep.spec;
  const containers = template.spec.containers.map((one) => ({ ...one, image }));
  return { ...dep, spec: { ...dep.spec, template: { ...template, spec: { ...template.spec, containers } } } };
};
