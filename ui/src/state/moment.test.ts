import type { TopologyDiffAnswer } from '@mosaic/wire';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Questions, questions } from '../api/questions.ts';
import { answer, node } from '../testing/examples.ts';
import { Moment } from './moment.svelte.ts';
import { HOME, type ViewState } from './url-state.ts';

const MINUTE = 60_000;
const T = Date.parse('2026-11-20T03:00:00Z');
const cart = node('1:Deployment:shop:cart');
const none = { added: [], removed: [], changed: [] };

let asked: { readonly whole: number[]; readonly between: (readonly [number, number])[] };
let moment: Moment;

/** From one minute to the next a thing of the later minute's name comes. */
function different(from: number, to: number): TopologyDiffAnswer {
  const added = [node(`1:Deployment:shop:at-${Math.max(Math.abs(from - T), Math.abs(to - T)) / MINUTE}`)];
  const [start, end] = [new Date(from).toISOString(), new Date(to).toISOString()];
  const coverage = { complete: true, gaps: [] };
  return { from: start, to: end, level: 'workload', nodes: { ...none, added }, edges: none, coverage };
}

beforeEach(() => {
  vi.useFakeTimers({ now: T + 24 * 60 * MINUTE });
  asked = { whole: [], between: [] };
  const asking: Questions = {
    ...questions(async () => new Response('', { status: 503 })),
    topology: async (_, at = 0) => {
      asked.whole.push(at);
      return answer(at, [cart]);
    },
    topologyDiff: async (_, from, to) => {
      asked.between.push([from, to]);
      return different(from, to);
    },
  };
  moment = new Moment(asking);
});
afterEach(() => {
  moment.stop();
  vi.useRealTimers();
});

const view: ViewState = { ...HOME, at: T, end: T + 15 * MINUTE, range: 30 * MINUTE };
const rest = () => vi.advanceTimersByTimeAsync(2_000);

it('around a resting thumb differences are read ahead, the nearest first, each once', async () => {
  moment.show(view, false);
  await rest();
  const [gone, ...ahead] = asked.between;
  expect(gone?.[1]).toBe(T);
  expect(ahead.slice(0, 4)).toEqual([
    [T - 15_000, T],
    [T, T + 15_000],
    [T - 30_000, T],
    [T, T + 30_000],
  ]);
  expect(new Set(ahead.map(String)).size).toBe(ahead.length);
  expect(ahead).toHaveLength(80);
  expect(asked.whole).toEqual([T]);
});

it('a drag over what was read ahead asks nothing and shows each instant', async () => {
  moment.show(view, false);
  await rest();
  const before = asked.between.length;
  for (const at of [T + 3 * MINUTE + 1_000, T + 7 * MINUTE, T]) {
    moment.show({ ...view, at }, true);
    await vi.advanceTimersByTimeAsync(1);
  }
  moment.show({ ...view, at: T + 5 * MINUTE }, true);
  await vi.advanceTimersByTimeAsync(1);
  expect([asked.between.length, asked.whole]).toEqual([before, [T]]);
  expect([...moment.graph.nodes.keys()]).toEqual([cart.id, '1:Deployment:shop:at-5']);
  expect(moment.shownAt).toBe(T + 5 * MINUTE);
});

it('a hand that drags away ends the reading ahead', async () => {
  moment.show(view, false);
  await vi.advanceTimersByTimeAsync(0);
  moment.show({ ...view, at: T + 2 * MINUTE }, true);
  await rest();
  expect(asked.between).toEqual([[T, T + 2 * MINUTE]]);
});

it('who goes to another level while what has gone is asked for leaves nothing to be read ahead behind', async () => {
  moment.stop();
  const levels: string[] = [];
  const slow = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const leaving = new Moment({
    ...questions(),
    topology: async ({ level }, at = 0) => {
      if (level === 'namespace') await slow(5_000);
      return answer(at, [cart]);
    },
    topologyDiff: async ({ level }, from, to) => {
      levels.push(level);
      await slow(200);
      return different(from, to);
    },
  });
  leaving.show(view, false);
  await vi.advanceTimersByTimeAsync(600);
  leaving.show({ ...view, level: 'namespace' }, false);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(levels).toEqual(['workload', 'namespace']);
  leaving.stop();
});

it('a large map is told of a task after it was taken in', async () => {
  moment.stop();
  const many = Array.from({ length: 1_500 }, (_, i) => node(`1:Deployment:shop:n${i}`));
  const large = new Moment({ ...questions(), topology: async () => answer(T, many) });
  large.show(view, false);
  await vi.advanceTimersByTimeAsync(0);
  await vi.advanceTimersByTimeAsync(1);
  expect([large.isReady, large.graph.nodes.size, large.shownAt]).toEqual([true, 1_500, T]);
  large.stop();
});
