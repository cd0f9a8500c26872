// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { View } from './view.svelte.ts';

let view: View;
beforeEach(() => {
  history.replaceState(null, '', '/');
  vi.useFakeTimers();
  view = new View(window);
});
afterEach(() => {
  view.leave();
  vi.useRealTimers();
});

it('going somewhere is a step that the back button takes back', () => {
  const before = history.length;
  view.go({ node: '1:Deployment:shop:cart' });
  expect(location.search).toBe('?node=1:Deployment:shop:cart');
  expect(history.length).toBe(before + 1);
  history.replaceState(null, '', '/');
  window.dispatchEvent(new PopStateEvent('popstate'));
  expect(view.now.node).toBeUndefined();
});

it('scrubbing is seen at once and written to the address once', () => {
  const before = history.length;
  const write = vi.spyOn(history, 'replaceState');
  for (let i = 0; i < 100; i++) view.go({ at: Date.parse('2026-11-20T03:00:00Z') + i * 1000 }, 'replace');
  expect(view.now.at).toBe(Date.parse('2026-11-20T03:01:39Z'));
  expect(write).not.toHaveBeenCalled();
  vi.advanceTimersByTime(300);
  expect(write).toHaveBeenCalledTimes(1);
  expect(location.search).toBe('?at=2026-11-20T03:01:39.000Z');
  expect(history.length).toBe(before);
});

it('a link shows where it would lead without going there', () => {
  expect(view.link({ page: 'changes' })).toBe('/?page=changes');
  expect(view.now.page).toBe('map');
});

it('turning to another thing leaves the edge and the line, but not the search', () => {
  view.go({ node: '1:Pod:a:b', edge: 'connects~x~y', logs: { ...view.now.logs, q: 'refused', line: '1.x' } });
  view.go({ tab: 'logs' });
  expect(view.now.edge).toBe('connects~x~y');
  view.go({ node: '1:Pod:a:c' });
  expect([view.now.edge, view.now.logs.line, view.now.logs.q]).toEqual([undefined, undefined, 'refused']);
});
