import { describe, expect, it } from 'vitest';
import { fault } from '../story/ops-trouble.ts';
import { type Lab, lab, NOON, service, webDeployment } from '../testing.ts';
import type { Draft, Pod } from '../types.ts';
import { noise } from './noise.ts';
import { usageReader } from './reader.ts';
import { usageOf } from './usage.ts';

const RESOURCES = { requests: { cpu: '100m', memory: '100Mi' }, limits: { memory: '200Mi' } };
const MIB = 2 ** 20;

const sized = (draft: Draft): Draft => {
  const copy = structuredClone(draft) as Draft & {
    spec: { template: { spec: { containers: { resources?: object }[] } } };
  }; // a Deployment of the lab
  for (const container of copy.spec.template.spec.containers) container.resources = RESOURCES;
  return copy;
};

const started = (draft: Draft = webDeployment('web'), seconds = 120): Lab => {
  const world = lab();
  world.apply(sized(draft));
  world.pass(seconds);
  return world;
};

const useOf = ({ sim, pods }: Lab, index = 0) => usageOf(sim, pods()[index] as Pod, sim.now())?.[0];

describe('use', () => {
  it('is the same for the same seed and instant, and another a minute later', () => {
    const [one, other] = [started(), started()];
    expect(useOf(one)).toEqual(useOf(other));
    one.pass(60);
    expect(useOf(one)).not.toEqual(useOf(other));
  });

  it('stands in proportion to what is requested, below the limits', () => {
    const world = started();
    for (const pod of world.pods()) {
      const [use] = usageOf(world.sim, pod, world.sim.now()) ?? [];
      expect(use?.cpuNanocores).toBeGreaterThan(5e6);
      expect(use?.cpuNanocores).toBeLessThan(130e6);
      expect(use?.memoryBytes).toBeGreaterThan(35 * MIB);
      expect(use?.memoryBytes).toBeLessThan(110 * MIB);
    }
  });

  it('is not known of a pod that has not run through one sample, nor of one that waits', () => {
    const world = started(webDeployment('web'), 4);
    expect(world.pods().map((_pod, i) => useOf(world, i))).toEqual([undefined, undefined, undefined]);
    const missing = started(webDeployment('web', { image: 'shop/web:missing' }));
    expect(useOf(missing)).toBeUndefined();
  });

  it('of memory climbs to the limit before a process is killed for it, and is low again after', () => {
    const world = started();
    const before = useOf(world)?.memoryBytes ?? 0;
    fault(world.sim, 'lab', 'web', { fault: 'memory' });
    const seen: number[] = [];
    for (let i = 0; i < 20; i++) {
      world.pass(15);
      seen.push(useOf(world)?.memoryBytes ?? 0);
    }
    expect(Math.max(...seen)).toBeGreaterThan(before * 1.5);
    expect(Math.max(...seen)).toBeLessThan(200 * MIB);
    expect(Math.min(...seen.filter((bytes) => bytes > 0))).toBeLessThan(Math.max(...seen) / 2);
    expect(world.pods()[0]?.status.containerStatuses?.[0]?.lastState.terminated?.reason).toBe('OOMKilled');
  });

  it('of CPU is higher while a neighbour refuses connections', () => {
    const env = { PAYMENTS_HOST: 'payments', PAYMENTS_PORT: '8080' };
    const good = lab();
    good.apply(service('payments'));
    good.apply(sized(webDeployment('web', { env })));
    good.pass(120);
    const bad = lab();
    bad.apply(service('payments'));
    bad.apply(sized(webDeployment('web', { env: { ...env, PAYMENTS_PORT: '8081' } })));
    bad.pass(120);
    expect(useOf(bad)?.cpuNanocores).toBeGreaterThan((useOf(good)?.cpuNanocores ?? 0) * 1.8);
  });

  it('of a node is that of its pods and its own; a lost node tells nothing', async () => {
    const world = started();
    const reader = usageReader(world.sim);
    const nodes = [...world.sim.world.all('Node')];
    const readings = await reader.nodes(nodes);
    const pods = (await reader.pods(world.pods())).flatMap((reading) => reading?.containers ?? []);
    const sum = (uses: readonly ({ cpuNanocores: number } | undefined)[]) =>
      uses.reduce((total, use) => total + (use?.cpuNanocores ?? 0), 0);
    expect(sum(readings)).toBeGreaterThan(sum(pods) + nodes.length * 50e6);
    world.sim.memory.lost.n1 = world.sim.now();
    expect(await reader.nodes(nodes.slice(0, 1))).toEqual([undefined]);
  });
});

it('noise has no jumps and stays within its bounds', () => {
  let last = noise('a', NOON, 60_000);
  for (let at = NOON; at < NOON + 3_600_000; at += 500) {
    const next = noise('a', at, 60_000);
    expect(Math.abs(next - last)).toBeLessThan(0.05);
    expect(Math.abs(next)).toBeLessThanOrEqual(1);
    last = next;
  }
});
