// Lines of the story: three pods of whatever is asked about, one line each 700 ms for ever, some of them errors, some of many lines.

import type { LogLineAnswer } from '@mosaic/wire';

const EVERY_MS = 700;
const PODS = ['7d9f8-aa1bb', '7d9f8-cc2dd', '7d9f8-ee3ff'];
const TRACE = 'java.net.ConnectException: refused\n\tat shop.Payments.call(Payments.java:41)\n\tat shop.Checkout.pay';
const SAID = [
  ['info', '{"level":"info","msg":"POST /checkout","status":200,"ms":31}', 'POST /checkout', 'a1'],
  ['error', 'ERROR connect ECONNREFUSED 10.96.14.3:8081', undefined, 'b2'],
  ['warn', 'WARN health check failed: dependency payments', undefined, 'c3'],
  ['info', 'INFO GET /healthz 503 1 ms', undefined, 'd4'],
  ['error', TRACE, undefined, 'e5'],
] as const;

function lineAt(tick: number, name: string, pod: string | null): LogLineAnswer {
  const [level, line, message, pattern] = SAID[(tick * 7) % SAID.length] ?? SAID[0];
  return {
    id: `1.line-${tick}`,
    at: `${new Date(tick * EVERY_MS).toISOString().slice(0, 23)}000000Z`,
    cluster: 1,
    clusterName: 'eu-1',
    namespace: 'shop',
    workload: `Deployment/${name}`,
    pod: pod ?? `${name}-${PODS[tick % PODS.length]}`,
    podUid: 'u',
    container: name,
    restart: 0,
    node: 'worker-1',
    stream: 'stdout',
    level,
    line,
    ...(message !== undefined && { message }),
    pattern,
  };
}

function filterOf(p: URLSearchParams): (line: LogLineAnswer) => boolean {
  const q = p.get('q')?.toLowerCase();
  const regex = p.get('regex') === null ? undefined : new RegExp(p.get('regex') ?? '');
  const levels = p.get('level')?.split(',');
  const [pattern, container] = [p.get('pattern'), p.get('container')];
  return ({ line, level, pattern: own, container: its }) =>
    (q === undefined || line.toLowerCase().includes(q)) &&
    (regex?.test(line) ?? true) &&
    (levels?.includes(level) ?? true) &&
    (pattern === null || own === pattern) &&
    (container === null || its === container);
}

const whole = { complete: true, gaps: [] };
const MOST_TICKS = 20_000;

function list(p: URLSearchParams, from: number, to: number) {
  const name = p.get('workload')?.split('/')[1] ?? p.get('pod')?.split('-')[0] ?? 'checkout';
  const passes = filterOf(p);
  const limit = Number(p.get('limit') ?? 100);
  const items: LogLineAnswer[] = [];
  let tick = Number(p.get('cursor') ?? Math.floor(to / EVERY_MS));
  for (let left = MOST_TICKS; left > 0 && items.length < limit && tick * EVERY_MS >= from; left--, tick--) {
    const line = lineAt(tick, name, p.get('pod'));
    if (passes(line)) items.push(line);
  }
  return { items, ...(tick * EVERY_MS >= from && { next: String(tick) }), source: 'store', coverage: whole };
}

function patterns(p: URLSearchParams, from: number, to: number) {
  const { items } = list(new URLSearchParams([...p, ['limit', '2000']]), from, to);
  const groups = Map.groupBy(items, (line) => line.pattern);
  const counted = [...groups.values()].flatMap((group) => {
    const [last] = group;
    const first = group.at(-1);
    if (last === undefined || first === undefined) return [];
    const { pattern = '', level, line } = last;
    const seen = { firstSeen: first.at, lastSeen: last.at };
    return [
      {
        pattern,
        level,
        ...seen,
        count: group.length,
        template: line,
        sample: line,
        workloads: ['Deployment/checkout'],
      },
    ];
  });
  return { items: counted, lines: items.length, coverage: whole };
}

function context(id: string) {
  const tick = Number(id.split('-')[1]);
  if (!Number.isFinite(tick)) return undefined;
  const items = Array.from({ length: 101 }, (_, i) => lineAt(tick - 50 + i, 'checkout', null));
  return { items, source: 'store', coverage: whole };
}

/** `/logs`, `/logs/patterns`, `/logs/context`; undefined is a 404. */
export function logAnswer(path: string, p: URLSearchParams, from: number, to: number): unknown {
  if (path.endsWith('/logs')) return list(p, from, to);
  if (path.endsWith('/patterns')) return patterns(p, from, to);
  return path.endsWith('/context') ? context(p.get('id') ?? '') : undefined;
}
