// @vitest-environment jsdom
import { waitFor } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { questions } from '../api/questions.ts';
import { fetchFrom } from '../testing/fake-fetch.ts';
import { storyUntil } from '../testing/graph-at.ts';
import { Comparison, spanOf } from './comparison.svelte.ts';
import { HOME } from './url-state.ts';

const NOW = Date.parse('2026-11-20T09:00:00Z');
const at = (clock: string): number => Date.parse(`2026-11-20T${clock}Z`);

it('asks once for the span between, whichever instant is looked at, and marks what changed', async () => {
  const asked: string[] = [];
  const comparison = new Comparison(questions(fetchFrom(storyUntil(NOW), asked)));
  comparison.show({ ...HOME, at: at('03:14:20'), against: at('03:00:00') }, NOW);
  comparison.show({ ...HOME, at: at('03:00:00'), against: at('03:14:20') }, NOW);
  await waitFor(() => expect(comparison.compared).toBeDefined());
  expect(asked.filter((a) => a.includes('/topology/diff'))).toHaveLength(1);
  expect(comparison.compared?.nodes.get('1:Deployment:shop:checkout')).toBe('changed');
  comparison.show(HOME, NOW);
  expect(comparison.compared).toBeUndefined();
});

it('an instant is not compared with itself', () => {
  expect(spanOf({ at: 5000, against: 5000 }, NOW)).toBeUndefined();
  expect(spanOf({ at: undefined, against: 5000 }, NOW + 3)).toEqual({ from: 5000, to: NOW });
});
