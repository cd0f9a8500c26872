// @vitest-environment jsdom
import { afterEach, expect, it, vi } from 'vitest';
import { Player, SPEEDS } from './player.svelte.ts';

const NOW = 1_000_000_000;
const FRAME_MS = 16;

/** Frames as the browser gives them, one each time it is asked. */
function playing(from: number) {
  let at: number | undefined = from;
  let frame: FrameRequestCallback | undefined;
  let time = 0;
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => {
    frame = callback;
    return 1;
  });
  vi.stubGlobal('cancelAnimationFrame', () => {
    frame = undefined;
  });
  vi.spyOn(performance, 'now').mockImplementation(() => time);
  const player = new Player({ at: () => at ?? NOW, now: () => NOW, travel: (to) => (at = to) });
  const frames = (count: number): void => {
    for (let i = 0; i < count; i++) {
      time += FRAME_MS;
      frame?.(time);
    }
  };
  return { player, frames, at: () => at };
}
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it('goes through every speed from 1× to 600× and round again', () => {
  const { player } = playing(NOW);
  const speeds = SPEEDS.map(() => {
    player.faster();
    return player.speed;
  });
  expect([...speeds].sort((a, b) => a - b)).toEqual([1, 10, 60, 300, 600]);
});

it('a second of playing at 60× is a minute of the past', () => {
  const { player, frames, at } = playing(NOW - 3_600_000);
  player.play();
  frames(125);
  expect(at()).toBe(NOW - 3_600_000 + 125 * FRAME_MS * 60);
});

it('reaching now, it is live and stops', () => {
  const { player, frames, at } = playing(NOW - 1000);
  player.play();
  frames(5);
  expect([player.isPlaying, at()]).toEqual([false, undefined]);
});
