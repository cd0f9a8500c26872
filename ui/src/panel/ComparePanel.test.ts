// @vitest-environment jsdom
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { expect, it, vi } from 'vitest';
import { questions } from '../api/questions.ts';
import { Comparison, spanOf } from '../state/comparison.svelte.ts';
import { HOME, type ViewState } from '../state/url-state.ts';
import { fetchFrom } from '../testing/fake-fetch.ts';
import { storyUntil } from '../testing/graph-at.ts';
import ComparePanel from './ComparePanel.svelte';

const NOW = Date.parse('2026-11-20T09:00:00Z');
const at = (clock: string): number => Date.parse(`2026-11-20T${clock}Z`);

async function compare(from: string, to: string) {
  const comparison = new Comparison(questions(fetchFrom(storyUntil(NOW), [])));
  const view: ViewState = { ...HOME, at: at(to), against: at(from) };
  const change = vi.fn();
  comparison.show(view, NOW);
  await waitFor(() => expect(comparison.diff ?? spanOf(view, NOW) === undefined).toBeTruthy());
  render(ComparePanel, { comparison, between: spanOf(view, NOW), view, now: NOW, change });
  return change;
}

it('says what is different and why, and looks closer on a press', async () => {
  const change = await compare('03:00:00', '03:14:20');
  expect(screen.getByRole('heading', { name: '03:00:00 → 03:14:20' })).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: /checkout.*Deployment.*well → broken/ }));
  expect(change).toHaveBeenCalledWith({ node: '1:Deployment:shop:checkout', tab: 'summary' });
});

it('what went between is told as removed', async () => {
  await compare('03:40:00', '03:55:00');
  expect(screen.getByRole('heading', { name: /^Removed/ })).toBeTruthy();
  expect(screen.getAllByRole('button', { name: /recommender/ }).length).toBeGreaterThan(0);
});

it('the same moment says how to choose another', async () => {
  await compare('03:00:00', '03:00:00');
  expect(screen.getByText('Choose another moment')).toBeTruthy();
});
