import type { KubeObject } from '@mosaic/apiserver';
import { beforeAll, expect, test } from 'vitest';
import { type Playground, playground } from '../playground.ts';
import { badReleaseSpan } from './history.ts';

const NOW = Date.UTC(2026, 10, 20, 9, 0, 0);
const HOUR_MS = 3_600_000;

interface Seen {
  readonly op: string;
  readonly object: KubeObject;
  readonly at: number;
}
interface Told {
  readonly world: Playground;
  readonly seen: readonly Seen[];
  readonly events: readonly { readonly object: KubeObject; readonly at: number }[];
  readonly ticks: readonly number[];
  readonly cpuMs: number;
}

async function tellAll(seed: number, historyHours = 24): Promise<Told> {
  const before = process.cpuUsage();
  const world = await playground({ seed, now: () => NOW, historyHours });
  const seen: Seen[] = [];
  const events: { object: KubeObject; at: number }[] = [];
  const ticks: number[] = [];
  for (const cluster of world.clusters)
    await cluster.backfill({
      observe: (one) => seen.push(one),
      event: (object, at) => events.push({ object, at }),
      tick: (at) => {
        if (cluster.name === 'eu-1') ticks.push(at);
      },
    });
  const { user, system } = process.cpuUsage(before);
  return { world, seen, events, ticks, cpuMs: (user + system) / 1000 };
}

let told: Told;
beforeAll(async () => {
  told = await tellAll(1);
});

const of = (kind: string, name: RegExp): readonly Seen[] =>
  told.seen.filter(({ object }) => object.kind === kind && name.test(object.metadata.name));
const during = (from: number, to: number) => (one: { readonly at: number }) => one.at >= from && one.at < to;
const incident = (family: string) => {
  const found = told.world.clusters.flatMap(({ incidents }) => incidents).find((one) => one.family === family);
  if (found === undefined) throw new Error(`no ${family}`);
  return found;
};
const wasTold = (reason: string, name: RegExp, from: number, to: number): boolean =>
  told.events
    .filter(during(from, to))
    .some(({ object }) => object.reason === reason && name.test((object.regarding as { name: string }).name));
const number = (object: KubeObject, field: 'readyReplicas' | 'unavailableReplicas'): number =>
  Number((object.status as Record<string, unknown>)[field] ?? 0);

test('the bad release of checkout begins at 03:12 UTC, takes all its pods and is rolled back by argo-cd at 05:00', () => {
  const { from, to } = incident('bad release');
  expect(new Date(from).toISOString()).toBe('2026-11-20T03:12:38.000Z');
  expect(new Date(to).toISOString()).toMatch(/^2026-11-20T05:00/);
  const release = of('Deployment', /^checkout$/).find(during(from, to))?.object;
  const template = JSON.stringify(release?.spec);
  expect(template).toContain('shop/checkout:1.9.0');
  expect(template).toContain('{"name":"PAYMENTS_PORT","value":"8081"}');
  expect(JSON.stringify(release?.metadata.managedFields)).toContain('"manager":"argo-cd"');
  const night = of('Deployment', /^checkout$/)
    .filter(during(from + 60_000, to))
    .map(({ object }) => number(object, 'readyReplicas'));
  expect(Math.max(...night)).toBe(0);
  expect(wasTold('Unhealthy', /^checkout-/, from, to)).toBe(true);
  const healed = of('Deployment', /^checkout$/)
    .filter(during(to, to + 120_000))
    .at(-1);
  expect(healed && number(healed.object, 'readyReplicas')).toBe(3);
});

test('catalog is killed for its memory until its limit is raised', () => {
  const { from, to } = incident('out of memory');
  expect(wasTold('OOMKilling', /./, from, to)).toBe(true);
  const ends = of('Pod', /^catalog-/)
    .filter(during(from, to))
    .map(({ object }) => JSON.stringify(object.status));
  expect(ends.some((status) => status.includes('"reason":"OOMKilled"') && status.includes('"exitCode":137'))).toBe(
    true,
  );
  expect(ends.some((status) => status.includes('CrashLoopBackOff'))).toBe(true);
});

test('maria breaks the search configuration and mends it', () => {
  const { from, to } = incident('bad configuration');
  const edits = of('ConfigMap', /^search-config$/).filter(({ op }) => op === 'modify');
  expect(edits.map(({ at }) => at)).toEqual([from, to]);
  expect(JSON.stringify(edits[0]?.object.metadata.managedFields)).toContain('"manager":"maria"');
  expect(wasTold('Unhealthy', /^search-/, from, to)).toBe(true);
  const bad = of('Deployment', /^search$/)
    .filter(during(from, to))
    .at(-1);
  expect(bad && number(bad.object, 'readyReplicas')).toBe(0);
});

test('a node is lost, its pods are evicted and come up elsewhere', () => {
  const { from, to } = incident('node loss');
  expect(wasTold('NodeNotReady', /worker-3$/, from, to)).toBe(true);
  expect(wasTold('TaintManagerEviction', /./, from, to)).toBe(true);
  expect(wasTold('NodeReady', /worker-3$/, to, to + 60_000)).toBe(true);
});

test('jonas scales mailer to zero and back', () => {
  const { from, to } = incident('scaled to zero');
  const wanted = of('Deployment', /^mailer$/)
    .filter(during(from, to))
    .map(({ object }) => (object.spec as { replicas: number }).replicas);
  expect(new Set(wanted)).toEqual(new Set([0]));
});

test('the platform has an image that was never pushed, a backup that fails and a certificate that is not issued', () => {
  const image = incident('missing image');
  expect(wasTold('Failed', /^ledger-/, image.from, image.to)).toBe(true);
  const backup = incident('failed job');
  expect(wasTold('BackoffLimitExceeded', /^nightly-backup/, backup.from, backup.to)).toBe(true);
  const certificate = incident('certificate');
  expect(
    of('Certificate', /^registry$/)
      .filter(({ op }) => op === 'modify')
      .map(({ at }) => at),
  ).toEqual([certificate.from, certificate.to]);
});

test('the last six hours hold a good roll-out and the deleted recommender', () => {
  const recent = told.seen.filter(({ at }) => at > NOW - 6 * HOUR_MS);
  expect(
    recent.some(
      ({ op, object }) => op === 'delete' && object.kind === 'Deployment' && object.metadata.name === 'recommender',
    ),
  ).toBe(true);
  const rolled = recent
    .filter(({ object }) => object.kind === 'Deployment' && object.metadata.name === 'orders')
    .at(-1)?.object;
  expect(JSON.stringify(rolled?.spec)).toContain('shop/orders:4.1.0');
  expect(rolled && number(rolled, 'readyReplicas')).toBe(2);
});

test('every hour has its ordinary life', () => {
  for (let hour = 1; hour <= 24; hour++) {
    const inHour = told.seen.filter(during(NOW - hour * HOUR_MS, NOW - (hour - 1) * HOUR_MS));
    expect(inHour.length).toBeGreaterThan(100);
  }
});

test('the day ends well: every workload is whole', () => {
  for (const { world } of told.world.clusters)
    for (const dep of world.all('Deployment'))
      expect([dep.metadata.name, dep.status.readyReplicas]).toEqual([dep.metadata.name, dep.spec.replicas]);
});

test('ticks rise, at least one in ten seconds, and changes come in order', () => {
  const gaps = told.ticks.slice(1).map((at, i) => at - (told.ticks[i] ?? at));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(10_000);
  expect(told.ticks.at(-1)).toBe(NOW);
});

test('each cluster begins with 150 to 400 objects of its own', () => {
  for (const { world } of told.world.clusters) {
    const objects = [...world.tables()]
      .filter((table) => table !== 'Event')
      .reduce((sum, table) => sum + [...world.all(table)].length, 0);
    expect(objects).toBeGreaterThan(150);
    expect(objects).toBeLessThan(400);
  }
});

test('a day of both clusters costs less than four seconds of one core', () => {
  expect(told.cpuMs).toBeLessThan(4_000);
});

test('the same seed tells the same day, another one another', async () => {
  const names = ({ seen }: Told): string =>
    JSON.stringify(seen.map(({ op, object, at }) => [op, object.metadata.uid, object.metadata.resourceVersion, at]));
  const [once, again, other] = [await tellAll(5, 0.5), await tellAll(5, 0.5), await tellAll(6, 0.5)];
  expect(names(again)).toBe(names(once));
  expect(names(other)).not.toBe(names(once));
});

test.each([
  ['the morning after', '2026-11-20T09:00:00Z', '2026-11-20T03:12:38.000Z', 108],
  ['in the middle of it', '2026-11-20T04:00:00Z', '2026-11-20T03:12:38.000Z', 40],
  ['late the day before', '2026-11-20T02:00:00Z', '2026-11-19T03:12:38.000Z', 108],
])('%s, the bad release is where it belongs', (_when, now, from, minutes) => {
  const at = Date.parse(now);
  const span = badReleaseSpan({ start: at - 24 * HOUR_MS, now: at });
  expect(new Date(span.from).toISOString()).toBe(from);
  expect((span.to - span.from) / 60_000).toBe(minutes);
});

test('a past too short to hold the night has the bad release in it all the same', () => {
  const span = badReleaseSpan({ start: NOW - HOUR_MS, now: NOW });
  expect(span.from).toBeGreaterThan(NOW - HOUR_MS);
  expect(span.from).toBeLessThan(NOW);
});
