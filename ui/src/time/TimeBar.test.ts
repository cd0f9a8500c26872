// @vitest-environment jsdom
import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import { storyUntil } from '../testing/graph-at.ts';
import { timelineOf } from '../testing/past.ts';
import TimeBar from './TimeBar.svelte';

const NOW = Date.parse('2026-11-20T09:00:00Z');
const HOUR = 3_600_000;
const story = storyUntil(NOW);
const told = { travel: vi.fn(), choose: vi.fn(), move: vi.fn(), step: vi.fn() };

function bar(at = NOW - 5 * HOUR) {
  render(TimeBar, {
    timeline: timelineOf(story, story.start, story.end),
    bar: { from: story.start, to: story.end },
    at,
    isLive: at === NOW,
    window: undefined,
    now: NOW,
    nameOf: (id: number) => `c${id}`,
    ...told,
  });
  return screen.getByRole('slider');
}

// jsdom has no layout: the bar has its first width of 800 px at x = 0
beforeEach(() => {
  vi.clearAllMocks();
  SVGElement.prototype.setPointerCapture = vi.fn();
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { value: 800, configurable: true });
});
const at = (x: number, y = 40) => ({ clientX: x, clientY: y, button: 0, pointerType: 'mouse', pointerId: 1 });

it('says the instant in words to who cannot see it', () => {
  expect(bar(NOW - 5 * HOUR).getAttribute('aria-valuetext')).toBe('Fri 20 Nov 2026 04:00:00');
});

it('a click travels', async () => {
  const slider = bar();
  await fireEvent(slider, new MouseEvent('pointerdown', { bubbles: true, ...at(400) }));
  await fireEvent(slider, new MouseEvent('pointerup', { bubbles: true, ...at(400) }));
  expect(told.travel).toHaveBeenCalledWith(NOW - 12 * HOUR, false);
});

it('a drag chooses a window and does not travel', async () => {
  const slider = bar();
  await fireEvent(slider, new MouseEvent('pointerdown', { bubbles: true, ...at(100) }));
  await fireEvent(slider, new MouseEvent('pointermove', { bubbles: true, ...at(200) }));
  await fireEvent(slider, new MouseEvent('pointerup', { bubbles: true, ...at(200) }));
  expect(told.choose).toHaveBeenCalledWith({ from: NOW - 21 * HOUR, to: NOW - 18 * HOUR });
  expect(told.travel).not.toHaveBeenCalled();
});

it('dragging the playhead scrubs, and letting it go at the end is live', async () => {
  const slider = bar(NOW - 12 * HOUR);
  await fireEvent(slider, new MouseEvent('pointerdown', { bubbles: true, ...at(401) }));
  await fireEvent(slider, new MouseEvent('pointermove', { bubbles: true, ...at(500) }));
  expect(told.travel).toHaveBeenLastCalledWith(NOW - 9 * HOUR, true);
  await fireEvent(slider, new MouseEvent('pointerup', { bubbles: true, ...at(800) }));
  expect(told.travel).toHaveBeenLastCalledWith(undefined, false);
});

it('dragging the hours moves the bar, never into the future', async () => {
  const slider = bar();
  await fireEvent(slider, new MouseEvent('pointerdown', { bubbles: true, ...at(400, 100) }));
  await fireEvent(slider, new MouseEvent('pointermove', { bubbles: true, ...at(500, 100) }));
  expect(told.move).toHaveBeenLastCalledWith({ from: story.start - 3 * HOUR, to: NOW - 3 * HOUR });
  await fireEvent(slider, new MouseEvent('pointermove', { bubbles: true, ...at(100, 100) }));
  expect(told.move).toHaveBeenLastCalledWith({ from: story.start, to: NOW });
});

it('keys step from change to change, by hours, to both ends', async () => {
  const slider = bar();
  for (const key of ['ArrowLeft', 'ArrowRight']) await fireEvent.keyDown(slider, { key });
  expect(told.step.mock.calls).toEqual([['previous'], ['next']]);
  for (const key of ['PageUp', 'Home', 'End']) await fireEvent.keyDown(slider, { key });
  expect(told.travel.mock.calls).toEqual([
    [NOW - 6 * HOUR, false],
    [story.start, false],
    [undefined, false],
  ]);
});

it('a gap is hatched and says its reason', async () => {
  const slider = bar();
  expect(document.querySelectorAll('.gap').length).toBeGreaterThan(0);
  await fireEvent(slider, new MouseEvent('pointermove', { bubbles: true, ...at((11.3 / 24) * 800) }));
  expect(await screen.findByText(/the agent was restarted on another node/)).toBeTruthy();
});
