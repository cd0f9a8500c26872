import type { Layout } from '@mosaic/topology/layout';
import { zoomIdentity } from 'd3-zoom';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { answer, node } from '../testing/examples.ts';
import { prepared } from './draw/paint.ts';
import type { Palette } from './draw/palette.ts';
import { cardSize, pictureOf } from './draw/picture.ts';
import { Graph } from './graph.ts';
import { type Content, paper } from './paper.ts';
import { sceneOf } from './scene.ts';

const T = Date.parse('2026-11-20T03:00:00Z');
/** Every colour by its own name. */
const palette = new Proxy({}, { get: (_, name) => String(name) }) as Palette; // whatever is asked for is there
const SIZE = { w: 800, h: 600, ratio: 1 };

/** A canvas that notes what is done to it; drawing a card takes it a while. */
function canvas() {
  const calls: string[] = [];
  const context = new Proxy<Record<string, unknown>>(
    {},
    {
      get: (own, name) => {
        if (name in own) return own[String(name)];
        if (name === 'measureText') return (text: string) => ({ width: text.length * 6 });
        return () => {
          calls.push(String(name));
          if (name === 'fillText') vi.advanceTimersByTime(1);
        };
      },
    },
  );
  return { calls, width: 0, height: 0, style: { transform: '' }, getContext: () => context };
}
type Fake = ReturnType<typeof canvas>;

function contentOf(count: number): Content {
  const nodes = Array.from({ length: count }, (_, i) => node(`1:Deployment:shop:n${i}`));
  const graph = new Graph();
  graph.replace(answer(T, nodes));
  const options = { level: 'workload', q: '', showConfig: false, showServices: false, showGone: false } as const;
  const scene = sceneOf(graph, { ...options, edges: 'all', open: ['*'], at: T, since: 0 });
  const { w, h } = cardSize('Deployment', 0);
  const places = Object.fromEntries(nodes.map(({ id }, i) => [id, { x: (i % 40) * w, y: Math.floor(i / 40) * h }]));
  const hull = { x: 0, y: 0, w: 40 * w, h: (count / 40) * h };
  const layout: Layout = { places, blocks: {}, hulls: { '1:shop': hull } };
  const picture = pictureOf(scene, layout);
  return { picture, palette, prepared: prepared(picture, palette) };
}

let lower: Fake;
let sheet: Fake;
const frames = (one: ReturnType<typeof paper>, at = zoomIdentity): number => {
  let count = 1;
  while (one.frame(at) && count < 10_000) count++;
  return count;
};
function shown(count: number) {
  // stands in for the browser's canvas: what is drawn is looked at in Chromium, what is asked of it here
  const mine = paper(lower as unknown as HTMLCanvasElement);
  mine.resize(SIZE);
  mine.show(contentOf(count));
  return mine;
}

beforeEach(() => {
  vi.useFakeTimers({ now: T, toFake: ['Date', 'performance'] });
  [lower, sheet] = [canvas(), canvas()];
  vi.stubGlobal('document', { createElement: () => sheet });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('a small picture is drawn in the frame that asks for it', () => {
  const mine = shown(20);
  expect(frames(mine)).toBe(1);
  expect(lower.calls).toContain('fillText');
  expect([lower.width, sheet.calls]).toEqual([800, []]);
});

it('a large one is drawn behind what is seen, over several frames, and then shown at once', () => {
  const mine = shown(4_000);
  expect(mine.frame(zoomIdentity)).toBe(true);
  expect([sheet.calls.includes('fillText'), lower.calls]).toEqual([true, []]);
  expect(frames(mine)).toBeGreaterThan(1);
  expect(lower.calls.filter((call) => call === 'drawImage')).toHaveLength(1);
  expect(mine.frame(zoomIdentity)).toBe(false);
});

it('under a hand the picture that is there moves, and is drawn anew where it comes to rest', () => {
  const mine = shown(4_000);
  frames(mine);
  const at = zoomIdentity.translate(30, 10);
  expect(mine.frame(at)).toBe(true);
  expect(lower.style.transform).toBe('translate(30px, 10px) scale(1)');
  frames(mine, at);
  expect(lower.style.transform).toBe('');
  expect(lower.calls.filter((call) => call === 'drawImage')).toHaveLength(2);
});

it('before it has a size or a picture there is nothing to do', () => {
  const mine = paper(lower as unknown as HTMLCanvasElement); // as above
  expect(mine.frame(zoomIdentity)).toBe(false);
  mine.show(contentOf(20));
  expect(mine.frame(zoomIdentity)).toBe(false);
});
