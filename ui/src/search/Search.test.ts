// @vitest-environment jsdom
import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, it, vi } from 'vitest';
import { storyUntil } from '../testing/graph-at.ts';
import { searchFor } from '../testing/past.ts';
import Search from './Search.svelte';

const NOW = Date.parse('2026-11-20T09:00:00Z');
const hits = searchFor(storyUntil(NOW), 're');

function search(more: Partial<Parameters<typeof render<typeof Search>>[1]> = {}) {
  const told = { ask: vi.fn(), go: vi.fn(), close: vi.fn() };
  render(Search, { hits, error: undefined, isLoading: false, now: NOW, ...told, ...more });
  return { ...told, field: screen.getByRole('combobox') };
}

it('has the focus, and asks once for what was typed', async () => {
  vi.useFakeTimers();
  const { field, ask } = search();
  expect(document.activeElement).toBe(field);
  for (const value of ['r', 're', 'rec']) await fireEvent.input(field, { target: { value } });
  vi.advanceTimersByTime(500);
  expect(ask.mock.calls).toEqual([['rec']]);
  vi.useRealTimers();
});

it('is walked by arrows and goes on Enter', async () => {
  const { field, go } = search();
  await fireEvent.input(field, { target: { value: 're' } });
  await fireEvent.keyDown(field, { key: 'ArrowDown' });
  expect(field.getAttribute('aria-activedescendant')).toBe('hit-1');
  await fireEvent.keyDown(field, { key: 'Enter' });
  expect(go).toHaveBeenCalledWith(hits[1]);
});

it('what is gone is said to be gone, and when it was there', async () => {
  const { field } = search();
  await fireEvent.input(field, { target: { value: 're' } });
  const gone = screen.getAllByRole('option').find((o) => o.textContent?.includes('recommender'));
  expect(gone?.textContent).toMatch(/gone, 03:51:00/);
});

it('nothing found says what to try', async () => {
  const { field } = search({ hits: [] });
  await fireEvent.input(field, { target: { value: 'zzz' } });
  expect(screen.getByText(/Nothing named “zzz”/)).toBeTruthy();
});

it('names with markup in them stay text', async () => {
  const evil = hits.slice(0, 1).map((h) => ({ ...h, title: '<img src=x onerror=alert(1)>' }));
  const { field } = search({ hits: evil });
  await fireEvent.input(field, { target: { value: 'x' } });
  expect(document.querySelector('img')).toBeNull();
  expect(screen.getByText('<img src=x onerror=alert(1)>')).toBeTruthy();
});

it('Escape closes', async () => {
  const { field, close } = search();
  await fireEvent.keyDown(field, { key: 'Escape' });
  expect(close).toHaveBeenCalled();
});
