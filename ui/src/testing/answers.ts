// What the mock server answers, question by question.

import type { Level, TopologyNode } from '@mosaic/wire';
import { explanationOf } from './evidence.ts';
import { manyAt, type Story, topologyAt } from './graph-at.ts';
import { logAnswer } from './log-lines.ts';
import { blameOf, changesOf, clustersOf, eventsOf, historyOf, objectAt, searchFor, timelineOf } from './past.ts';
import { samplesOf } from './samples.ts';
import { storageOf } from './storage.ts';

const whole = { complete: true, gaps: [] };

function instant(text: string | null, otherwise: number): number {
  if (text === null) return otherwise;
  const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isFinite(at) ? at : otherwise;
}

type Answer = unknown | undefined;

function diff(story: Story, from: number, to: number, level: Level): Answer {
  const before = topologyAt(story, from, level);
  const after = topologyAt(story, to, level);
  const has = (all: readonly TopologyNode[]) => new Set(all.map((n) => n.id));
  const [old, young] = [has(before.nodes), has(after.nodes)];
  const none = { added: [], removed: [], changed: [] };
  const earlier = new Map(before.nodes.map((n) => [n.id, n]));
  const changed = after.nodes.flatMap((n) => {
    const was = earlier.get(n.id);
    if (was === undefined || (was.health === n.health && was.version === n.version)) return [];
    return [{ before: was, after: n, reasons: [`${was.health} → ${n.health}`] }];
  });
  return {
    from: before.at,
    to: after.at,
    level,
    coverage: whole,
    edges: none,
    nodes: {
      added: after.nodes.filter((n) => !old.has(n.id)),
      removed: before.nodes.filter((n) => !young.has(n.id)),
      changed,
    },
  };
}

function objectAnswer(story: Story, path: string, p: URLSearchParams): Answer {
  const [, , , , , uid = '', what = ''] = path.split('/');
  const at = instant(p.get('at'), story.end);
  const id = decodeURIComponent(uid);
  if (what === 'history') return { items: historyOf(story, id), coverage: whole };
  if (what === 'blame') return blameOf(story, id, at);
  return objectAt(story, id, at);
}

const within = <T extends { at: string }>(all: readonly T[], from: number, to: number): T[] =>
  all.filter((each) => Date.parse(each.at) >= from && Date.parse(each.at) <= to);

/** Undefined is a 404. */
export function answerTo(story: Story, path: string, p: URLSearchParams, many: number): Answer {
  const at = instant(p.get('at'), story.end);
  const from = instant(p.get('from'), story.start);
  const to = instant(p.get('to'), story.end);
  const level = (p.get('level') ?? 'workload') as Level; // a test server trusts its page
  if (path === '/readyz') return { status: 'ok', dependencies: {} };
  if (path === '/api/v1/clusters') return { items: clustersOf(story), coverage: whole };
  if (path === '/api/v1/topology') return many > 0 ? manyAt(at, many) : topologyAt(story, at, level);
  if (path === '/api/v1/topology/diff') return many > 0 ? undefined : diff(story, from, to, level);
  if (path.startsWith('/api/v1/topology/edges/')) return explanationOf(path, at);
  if (path === '/api/v1/timeline') return timelineOf(story, from, to);
  if (path === '/api/v1/changes') return { items: within(changesOf(story), from, to), coverage: whole };
  if (path === '/api/v1/events') {
    const name = p.get('name');
    const all = within(eventsOf(story), from, to);
    const about = p.get('workload')?.split('/')[1] ?? name;
    return { items: about === null ? all : all.filter((e) => e.name === about), coverage: whole };
  }
  if (path === '/api/v1/coverage') return { items: [], coverage: timelineOf(story, from, to).coverage };
  if (path === '/api/v1/search') return { items: searchFor(story, p.get('q') ?? ''), coverage: whole };
  if (path === '/api/v1/storage') return storageOf(story.end);
  if (path === '/api/v1/metrics/query') return samplesOf(p.get('entity') ?? '', from, to);
  if (path.startsWith('/api/v1/logs')) return logAnswer(path, p, from, to);
  if (path === '/api/v1/objects') return { items: [], coverage: whole };
  if (path.startsWith('/api/v1/objects/')) return objectAnswer(story, path, p);
  return undefined;
}
