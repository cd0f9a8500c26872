// @vitest-environment jsdom
import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import { isFirstVisit, rememberVisit } from '../state/first-visit.ts';
import Tour from './Tour.svelte';

beforeEach(() => localStorage.clear());

it('tells where, when and what, then leaves', async () => {
  const close = vi.fn();
  render(Tour, { close });
  const titles: (string | null)[] = [];
  for (let i = 0; i < 3; i++) {
    titles.push(screen.getByRole('heading').textContent);
    await fireEvent.click(screen.getByRole('button', { name: /Next|Begin/ }));
  }
  expect(titles.map((t) => t?.split(':')[0])).toEqual(['Where', 'When', 'What']);
  expect(close).toHaveBeenCalledOnce();
});

it('can be left at once', async () => {
  const close = vi.fn();
  render(Tour, { close });
  await fireEvent.click(screen.getByRole('button', { name: 'Skip' }));
  expect(close).toHaveBeenCalledOnce();
});

it('is for the first visit of the start view only', () => {
  expect([isFirstVisit(''), isFirstVisit('?at=now')]).toEqual([true, false]);
  rememberVisit();
  expect(isFirstVisit('')).toBe(false);
});
