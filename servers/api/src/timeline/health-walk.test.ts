import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { born, gone, turned, workload } from '../testing.ts';
import { bandOf, incidentsOf, joinPieces } from './band.ts';
import { type Ailment, healthWalk } from './health-walk.ts';

const S = 1_000;
const objects = workload('cart', 1);
const [deployment, , pod] = objects as [(typeof objects)[0], (typeof objects)[0], (typeof objects)[0]];
const before = new Map(objects.map((one) => [one.uid, one]));
const broken = { health: 'broken' as const, ready: 0, reasons: ['0 of 1 ready'] };
const told = (ailments: readonly Ailment[]) =>
  ailments.map(({ node, health, from, to, isOpen }) => [node, health, from / S, to / S, isOpen === true]);

describe('health through time', () => {
  it('a workload is broken from the step that breaks it to the one that mends it', () => {
    const walk = healthWalk(before, 0, 1);
    walk.step([turned(deployment, 10 * S, broken), turned(pod, 10 * S, broken)]);
    walk.step([turned(pod, 50 * S, {}), turned(deployment, 50 * S, {})]);
    expect(told(walk.end(100 * S))).toEqual([['1:Deployment:shop:cart', 'broken', 10, 50, false]]);
  });

  it('what still ails at the end is open, what was deleted while it ailed is not', () => {
    const walk = healthWalk(before, 0, 1);
    walk.step([turned(deployment, 10 * S, broken)]);
    expect(told(walk.end(60 * S))).toEqual([['1:Deployment:shop:cart', 'broken', 10, 60, true]]);
    const other = healthWalk(before, 0, 1);
    other.step([turned(deployment, 10 * S, broken)]);
    other.step([gone(pod, 30 * S), gone(deployment, 30 * S)]);
    expect(told(other.end(60 * S))).toEqual([['1:Deployment:shop:cart', 'broken', 10, 30, false]]);
  });

  it('a pod told before its ReplicaSet counts for its workload in the end', () => {
    const walk = healthWalk(new Map(), 0, 1);
    const ill = { ...pod, ...broken, createdAt: 5 * S };
    walk.step([born(ill, 10 * S), ...objects.slice(0, 2).map((one) => born(one, 10 * S))]);
    expect(told(walk.end(60 * S))).toEqual([['1:Deployment:shop:cart', 'broken', 10, 60, true]]);
  });

  it('so does one whose ReplicaSet is told in a later chunk', () => {
    const walk = healthWalk(new Map(), 0, 1);
    walk.step([born({ ...pod, ...broken }, 10 * S)]);
    walk.step(objects.slice(0, 2).map((one) => born(one, 20 * S)));
    expect(told(walk.end(60 * S))).toEqual([
      ['1:Pod:shop:cart-5d-0', 'broken', 10, 20, false],
      ['1:Deployment:shop:cart', 'broken', 20, 60, true],
    ]);
  });

  it('walking in pieces and joining them is walking once', () => {
    const step = fc.record({ at: fc.integer({ min: 1, max: 99 }), ill: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.integer({ min: 1, max: 99 }), (changes, cut) => {
        const sorted = changes.toSorted((a, b) => a.at - b.at);
        const deltas = sorted.map(({ at, ill }) => turned(deployment, at, ill ? broken : {}));
        const whole = healthWalk(before, 0, 1);
        for (const delta of deltas) whole.step([delta]);
        const first = healthWalk(before, 0, 1);
        for (const delta of deltas) if (delta.at <= cut) first.step([delta]);
        const ill = sorted.findLast(({ at }) => at <= cut)?.ill;
        const second = healthWalk(
          new Map(before).set(deployment.uid, { ...deployment, ...(ill ? broken : {}) }),
          cut,
          1,
        );
        for (const delta of deltas) if (delta.at > cut) second.step([delta]);
        const joined = joinPieces([...first.end(cut), ...second.end(100)]);
        expect(joined.map(({ from, to }) => [from, to])).toEqual(
          joinPieces(whole.end(100)).map(({ from, to }) => [from, to]),
        );
      }),
    );
  });
});

describe('the band and the incidents', () => {
  const ailment = (from: number, to: number, health: Ailment['health'] = 'broken', kind = 'Deployment'): Ailment => ({
    node: `1:${kind}:shop:cart`,
    kind,
    namespace: 'shop',
    name: 'cart',
    health,
    from: from * S,
    to: to * S,
    reason: 'OOMKilled',
  });

  it('the worst of a bucket is shown, none where nobody watched, and a roll-out’s seconds are no trouble', () => {
    const all = [
      ailment(100, 130),
      ailment(200, 230, 'degraded'),
      ailment(300, 400, 'degraded'),
      ailment(400, 405),
      ailment(450, 500, 'broken', 'Job'),
    ];
    expect(bandOf(all, [{ from: 100 * S, to: 600 * S }], { from: 0, to: 600 * S }, 100 * S)).toEqual([
      'none',
      'broken',
      'well',
      'degraded',
      'degraded',
      'well',
    ]);
  });

  it('a crash loop is one incident; a blink and a failed Job are none; one that lasts has no end', () => {
    const loop = [ailment(100, 130), ailment(150, 200), ailment(2_000, 2_005), ailment(3_000, 3_100, 'broken', 'Job')];
    expect(incidentsOf(loop)).toEqual([
      {
        from: new Date(100 * S).toISOString(),
        to: new Date(200 * S).toISOString(),
        title: 'cart broken: OOMKilled',
        node: '1:Deployment:shop:cart',
        health: 'broken',
      },
    ]);
    expect(incidentsOf([{ ...ailment(100, 130), isOpen: true }])[0]).not.toHaveProperty('to');
  });
});
