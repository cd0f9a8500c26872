// @vitest-environment jsdom
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import { questions } from '../api/questions.ts';
import { EdgeSubject } from '../state/edge-subject.svelte.ts';
import { Moment } from '../state/moment.svelte.ts';
import { HOME, type ViewState } from '../state/url-state.ts';
import { fetchFrom } from '../testing/fake-fetch.ts';
import { storyUntil } from '../testing/graph-at.ts';
import InPage from '../testing/InPage.svelte';

const AT = Date.parse('2026-11-20T03:14:20Z');
const NOW = Date.parse('2026-11-20T09:00:00Z');
const story = storyUntil(NOW);

async function panel(relation: string) {
  const client = questions(fetchFrom(story, []));
  const moment = new Moment(client, undefined);
  const view: ViewState = { ...HOME, at: AT };
  moment.show(view, false);
  await waitFor(() => expect(moment.isReady).toBe(true));
  const edge = [...moment.graph.edges.values()].find(
    (e) => e.relation === relation && e.from === '1:Deployment:shop:checkout',
  );
  const change = vi.fn();
  const subject = new EdgeSubject(client);
  const id = edge?.id ?? '';
  render(InPage, { edge: { id, view: { ...view, edge: id }, moment, subject, now: NOW, change } });
  return change;
}
beforeEach(() => history.replaceState(null, '', '/'));

it('an edge says who calls whom, why that is believed and how sure it is', async () => {
  await panel('connects');
  expect(await screen.findByText('Why this edge is here')).toBeTruthy();
  expect(screen.getByText(/^checkout calls /)).toBeTruthy();
  expect(screen.getByText(/Node agents saw connections between the two/)).toBeTruthy();
  expect(screen.getByText(/Certain, 95 %/)).toBeTruthy();
  expect(screen.getByText('10.244.2.9:8081')).toBeTruthy();
  expect(screen.getByText('3 failed')).toBeTruthy();
});

it('the pods behind it are a click away, and closing leads back', async () => {
  const change = await panel('connects');
  await fireEvent.click(await screen.findByRole('button', { name: /checkout-7d9f8-aa1bb/ }));
  expect(change).toHaveBeenCalledWith({ node: '1:Pod:shop:checkout-7d9f8-aa1bb', edge: undefined });
  await fireEvent.click(screen.getByRole('button', { name: 'Close details' }));
  expect(change).toHaveBeenLastCalledWith({ edge: undefined });
});
