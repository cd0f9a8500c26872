import { describe, expect, it } from 'vitest';
import { type Lab, lab, webDeployment } from '../testing.ts';
import type { Autoscaler, Condition, Draft } from '../types.ts';

const autoscaler = (target: string, share: number): Draft => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', namespace: 'lab' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target },
    minReplicas: 1,
    maxReplicas: 6,
    metrics: [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: share } } },
    ],
  },
  status: {},
});

const requesting = (draft: Draft): Draft => {
  const copy = structuredClone(draft) as Draft & {
    spec: { template: { spec: { containers: { resources?: object }[] } } };
  }; // a Deployment of the lab
  for (const container of copy.spec.template.spec.containers) container.resources = { requests: { cpu: '100m' } };
  return copy;
};

const hpaOf = ({ sim }: Lab): Autoscaler => {
  const hpa = sim.world.get('HorizontalPodAutoscaler', 'lab', 'web');
  if (hpa === undefined) throw new Error('no autoscaler');
  return hpa;
};

const conditions = (world: Lab): readonly string[] =>
  ((hpaOf(world).status.conditions ?? []) as readonly Condition[]).map(
    ({ type, status, reason }) => `${type}=${status} ${reason}`,
  ); // conditions, as its status has them

const scaling = (share: number, draft = requesting(webDeployment('web'))): Lab => {
  const world = lab();
  world.sim.memory.live = true;
  world.apply(draft);
  world.pass(60);
  world.apply(autoscaler('web', share));
  world.pass(300);
  return world;
};

describe('an autoscaler', () => {
  it('adds replicas while pods use more than the target, up to its most, and says so', () => {
    const world = scaling(10);
    expect(world.deployment('web').spec.replicas).toBe(6);
    expect(conditions(world)).toContain('ScalingLimited=True TooManyReplicas');
    expect(world.events().some((said) => said.startsWith('SuccessfulRescale: New size:'))).toBe(true);
  });

  it('finds its peace: more replicas share the same work, and each uses less', () => {
    const world = scaling(40);
    const { replicas } = world.deployment('web').spec;
    world.pass(120);
    expect(Math.abs(world.deployment('web').spec.replicas - replicas)).toBeLessThanOrEqual(1);
    expect(replicas).toBeGreaterThan(1);
  });

  it('looks at once when it is changed', () => {
    const world = scaling(10);
    const hpa = hpaOf(world);
    world.sim.world.update({ ...hpa, spec: { ...hpa.spec, maxReplicas: 2 } });
    world.pass(1);
    expect(world.deployment('web').spec.replicas).toBe(2);
  });

  it('says what keeps it from scaling', () => {
    const missing = lab();
    missing.apply(autoscaler('nobody', 50));
    missing.pass(60);
    expect(conditions(missing)).toEqual(['AbleToScale=False FailedGetScale']);
    expect(conditions(scaling(50, webDeployment('web')))).toContain('ScalingActive=False FailedGetResourceMetric');
    expect(conditions(scaling(50, requesting(webDeployment('web', { replicas: 0 }))))).toContain(
      'ScalingActive=False ScalingDisabled',
    );
  });
});
