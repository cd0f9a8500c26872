// The last day, planned: which incidents happened when, and the ordinary releases between them. Times hang on `now` (the end of the past) and on 03:12 UTC of the last night.

import type { Sim } from '../sim.ts';
import {
  badCertificate,
  badConfiguration,
  badRelease,
  failedJob,
  type Incident,
  missingImage,
  nodeLoss,
  outOfMemory,
  scaledToZero,
} from './incidents.ts';
import { type Step, setStep } from './ops.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export interface Span {
  /** First and last instant of the past, epoch ms. */
  readonly start: number;
  readonly now: number;
}
export interface Plan {
  readonly incidents: readonly Incident[];
  /** Ordinary life: nobody was hurt. */
  readonly routine: readonly Step[];
}

/** The last time before `now` that a clock in UTC showed this. */
export function lastTime(now: number, hours: number, minutes: number, seconds = 0): number {
  const midnight = Math.floor(now / DAY_MS) * DAY_MS;
  const at = midnight + hours * HOUR_MS + minutes * MINUTE_MS + seconds * 1000;
  return at <= now ? at : at - DAY_MS;
}

/** 03:12:38 of the last night; when that is not in the window, some hours ago. Healed at 05:00, or 40 minutes later when the night is still young. */
export function badReleaseSpan({ start, now }: Span): { from: number; to: number } {
  const night = lastTime(now, 3, 12, 38);
  const from = night >= start + 10 * MINUTE_MS ? night : now - Math.min((now - start) * 0.4, 3 * HOUR_MS);
  return { from, to: now - from < 2 * HOUR_MS ? from + 40 * MINUTE_MS : from + 108 * MINUTE_MS };
}

function deletionAt({ start, now }: Span): number {
  const night = lastTime(now, 2, 51, 12);
  const isRecent = now - night < 6 * HOUR_MS && now - night > 10 * MINUTE_MS && night > start + 5 * MINUTE_MS;
  return isRecent ? night : now - Math.min(200 * MINUTE_MS, (now - start) * 0.5);
}

/** Incidents keep clear of the bad release, so that each can be seen alone. */
function clearOf(
  busy: { from: number; to: number },
  span: Span,
  agoMs: number,
  lengthMs: number,
): { from: number; to: number } {
  let from = span.now - agoMs;
  const overlaps = (): boolean => from < busy.to + 20 * MINUTE_MS && from + lengthMs > busy.from - 20 * MINUTE_MS;
  if (overlaps()) from = busy.to + 35 * MINUTE_MS;
  if (from + lengthMs > span.now - 15 * MINUTE_MS) from = busy.from - 50 * MINUTE_MS - lengthMs;
  return { from: Math.round(from), to: Math.round(from + lengthMs) };
}

const inWindow = (span: Span) => (one: { readonly from: number }) =>
  one.from > span.start + 2 * MINUTE_MS && one.from <= span.now;

export function shopPlan(cluster: string, span: Span): Plan {
  const bad = badReleaseSpan(span);
  const place = (hoursAgo: number, minutes: number) => ({
    cluster,
    ...clearOf(bad, span, hoursAgo * HOUR_MS, minutes * MINUTE_MS),
  });
  const gone = deletionAt(span);
  const incidents: Incident[] = [
    badRelease({ cluster, ...bad }, 'shop', 'checkout', '1.9.0', 'PAYMENTS_PORT', '8081', {
      tag: '1.8.2',
      value: '8080',
    }),
    outOfMemory(place(9.2, 28), 'shop', 'catalog', '512Mi'),
    badConfiguration(place(14.3, 17), 'shop', 'search', {
      map: 'search-config',
      key: 'search.timeout_ms',
      bad: '5s',
      good: '800',
      by: 'maria',
    }),
    nodeLoss(place(18.7, 24), `${cluster}-worker-3`),
    scaledToZero(place(12.2, 35), 'shop', 'mailer', 1, 'jonas'),
    {
      cluster,
      family: 'deleted by hand',
      title: 'jonas deletes recommender',
      namespace: 'shop',
      workload: 'Deployment/recommender',
      from: gone,
      to: gone,
      steps: ['Deployment', 'Service', 'ServiceAccount'].map((kind, i) => ({
        at: gone + i * 400,
        op: 'destroy',
        namespace: 'shop',
        name: 'recommender',
        by: 'jonas',
        with: { kind },
      })),
    },
  ];
  const release = (hoursAgo: number, name: string, tag: string, namespace = 'shop'): Step => ({
    at: Math.round(span.now - hoursAgo * HOUR_MS),
    op: 'deploy',
    namespace,
    name,
    by: 'argo-cd',
    with: { tag },
  });
  const routine: Step[] = [
    release(22.6, 'cart', '1.14.1'),
    release(20.9, 'payments', '2.5.4'),
    release(17.1, 'inventory', '1.3.4'),
    release(16.4, 'orders', '4.0.8'),
    release(15.2, 'search', '2.3.1'),
    release(11.4, 'cart', '1.14.2'),
    release(8.1, 'frontend', '1.27.1'),
    release(5.3, 'inventory', '1.4.0'),
    release(2.08, 'orders', '4.1.0'),
    release(0.7, 'cart', '1.15.0'),
    {
      at: Math.round(span.now - 4.4 * HOUR_MS),
      op: 'configure',
      namespace: 'shop',
      name: 'feature-flags',
      by: 'maria',
      with: { key: 'checkout.express', value: 'on' },
    },
    { at: Math.round(span.now - 13.1 * HOUR_MS), op: 'restart', namespace: 'monitoring', name: 'grafana', by: 'jonas' },
    {
      at: Math.round(span.now - 19.8 * HOUR_MS),
      op: 'scale',
      namespace: 'shop',
      name: 'search',
      by: 'maria',
      with: { replicas: 3 },
    },
  ];
  return { incidents: incidents.filter(inWindow(span)), routine: routine.filter(({ at }) => at > span.start) };
}

export function platformPlan(cluster: string, span: Span): Plan {
  const bad = badReleaseSpan(span);
  const place = (hoursAgo: number, minutes: number) => ({
    cluster,
    ...clearOf(bad, span, hoursAgo * HOUR_MS, minutes * MINUTE_MS),
  });
  const backup = lastTime(span.now, 1, 29, 0);
  const incidents: Incident[] = [
    missingImage(place(11.5, 22), 'platform', 'ledger', 'platform/ledger', '1.2.1-rc2', '1.2.1'),
    failedJob({ cluster, from: backup, to: backup + 40 * MINUTE_MS }, 'platform', 'nightly-backup'),
    badCertificate(place(6.6, 21), 'registry', 'registry'),
    outOfMemory(place(16.2, 19), 'ci', 'ci-controller', '512Mi'),
  ];
  const node = `${cluster}-worker-2`;
  const drained = Math.round(span.now - 7.6 * HOUR_MS);
  const release = (hoursAgo: number, namespace: string, name: string, tag: string): Step => ({
    at: Math.round(span.now - hoursAgo * HOUR_MS),
    op: 'deploy',
    namespace,
    name,
    by: 'argo-cd',
    with: { tag },
  });
  const routine: Step[] = [
    release(21.3, 'ci', 'ci-runner', '0.31.1'),
    release(14.9, 'platform', 'gateway', '2.1.1'),
    release(10.2, 'registry', 'registry-ui', '1.0.5'),
    release(3.2, 'platform', 'gateway', '2.2.0'),
    release(1.4, 'ci', 'ci-runner', '0.31.2'),
    { at: drained, op: 'drain', name: node, by: 'jonas' },
    { at: drained + 14 * MINUTE_MS, op: 'cordon', name: node, by: 'jonas', with: { undo: true } },
  ];
  return { incidents: incidents.filter(inWindow(span)), routine: routine.filter(({ at }) => at > span.start) };
}

export function setPlan(sim: Sim, { incidents, routine }: Plan): void {
  for (const step of routine) setStep(sim, step);
  for (const { steps } of incidents) for (const step of steps) setStep(sim, step);
}
