import { type Layout, type LayoutInput, layout } from '@mosaic/topology/layout';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { answer, node, sceneOptions } from '../../testing/examples.ts';
import { Graph } from '../graph.ts';
import { sceneOf } from '../scene.ts';
import { Arranger } from './arranger.ts';
import { type LayoutDesk, layoutDesk } from './ask-worker.ts';

const AT = Date.parse('2026-11-20T03:00:00Z');
const input: LayoutInput = {
  boxes: [{ id: 'cart', group: 'shop', block: undefined, w: 100, h: 40 }],
  links: [],
  units: {},
  aspect: 1.6,
  previous: undefined,
};

/** The browser's end of a worker that never answers. */
class Mute extends EventTarget {
  isEnded = false;
  postMessage(): void {}
  terminate(): void {
    this.isEnded = true;
  }
}
// of a Worker the desk uses these alone
const deskOf = (worker: Mute): LayoutDesk => layoutDesk(() => worker as unknown as Worker);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it.each(['error', 'messageerror'])('after an %s of the worker everything is laid out on this thread', async (type) => {
  const worker = new Mute();
  const desk = deskOf(worker);
  const asked = [desk.ask(input), desk.ask(input)];
  worker.dispatchEvent(new Event(type));
  expect(await Promise.all(asked)).toEqual([layout(input), layout(input)]);
  expect(await desk.ask(input)).toEqual(layout(input));
  expect(worker.isEnded).toBe(true);
});

it('a worker that the browser ended without a word holds nobody up for ever', async () => {
  const asked = deskOf(new Mute()).ask(input);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await asked).toEqual(layout(input));
});

it('a layout that fails is told, and what comes next is asked for again', async () => {
  const scene = (...names: string[]) => {
    const graph = new Graph();
    graph.replace(
      answer(
        AT,
        names.map((name) => node(`1:Deployment:shop:${name}`)),
      ),
    );
    return sceneOf(graph, sceneOptions(AT));
  };
  const told: (Layout | string)[] = [];
  let turns = 0;
  const desk: LayoutDesk = {
    ask: async (asked) => {
      if (++turns === 1) throw new Error('no place');
      return layout(asked);
    },
    stop: () => undefined,
  };
  const changed = (places: Layout) => told.push(places);
  const arranger = new Arranger({ changed, failed: (error) => told.push(String(error)) }, desk);
  const size = () => ({ w: 100, h: 40 });
  arranger.take(scene('cart'), size, 1.6);
  await vi.advanceTimersByTimeAsync(0);
  expect([told, arranger.layout]).toEqual([['Error: no place'], undefined]);
  arranger.take(scene('cart', 'web'), size, 1.6);
  await vi.advanceTimersByTimeAsync(0);
  expect(Object.keys(arranger.layout?.places ?? {})).toHaveLength(2);
});
