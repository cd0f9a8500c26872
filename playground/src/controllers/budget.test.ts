import { describe, expect, it } from 'vitest';
import { remove } from '../deleting.ts';
import { type Lab, lab, webDeployment } from '../testing.ts';
import type { Pod } from '../types.ts';

const protectedBy = (spec: object, replicas = 4): Lab => {
  const world = lab();
  world.apply(webDeployment('web', { replicas }));
  world.apply({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace: 'lab' },
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  });
  world.pass(60);
  return world;
};

const statusOf = ({ sim }: Lab) => sim.world.get('PodDisruptionBudget', 'lab', 'web')?.status;

describe('a disruption budget', () => {
  it.each([
    [{ minAvailable: 3 }, { currentHealthy: 4, desiredHealthy: 3, expectedPods: 4, disruptionsAllowed: 1 }],
    [{ minAvailable: '60%' }, { desiredHealthy: 3, disruptionsAllowed: 1 }],
    [{ maxUnavailable: 1 }, { desiredHealthy: 3, disruptionsAllowed: 1 }],
    [{ maxUnavailable: '50%' }, { desiredHealthy: 2, disruptionsAllowed: 2 }],
    [{ minAvailable: 5 }, { disruptionsAllowed: 0, conditions: [{ status: 'False', reason: 'InsufficientPods' }] }],
    [
      { minAvailable: 1, selector: {} },
      { expectedPods: 4, disruptionsAllowed: 3 },
    ],
    [
      { minAvailable: 1, selector: undefined },
      { expectedPods: 0, disruptionsAllowed: 0 },
    ],
  ])('%j tells how many may go', (spec, expected) => {
    expect(statusOf(protectedBy(spec))).toMatchObject(expected);
  });

  it('counts what may be away from what the owner wants, not from what is left', () => {
    const world = protectedBy({ maxUnavailable: 1 });
    remove(world.sim, world.pods()[0] as Pod);
    world.sim.settle();
    expect(statusOf(world)).toMatchObject({ expectedPods: 4, desiredHealthy: 3, disruptionsAllowed: 0 });
    world.pass(60);
    expect(statusOf(world)).toMatchObject({ disruptionsAllowed: 1 });
  });
});
