// @vitest-environment jsdom
import type { ClusterAnswer } from '@mosaic/wire';
import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import Unwatched from './Unwatched.svelte';

const cluster = (kind: ClusterAnswer['kind'], logs: 'watching' | 'absent'): ClusterAnswer => ({
  id: 1,
  name: 'eu-1',
  status: 'watching',
  kind,
  agents: [],
  signals: [
    { signal: 'objects', state: 'watching' },
    { signal: 'logs', state: logs },
  ],
  retention: {},
});
const open = vi.fn();
const shown = (...clusters: ClusterAnswer[]) => render(Unwatched, { clusters, href: '/?page=clusters', open });

beforeEach(() => {
  localStorage.clear();
  open.mockReset();
});

it('a real cluster says what is not watched yet, and leads to how to add it', async () => {
  shown(cluster('kubernetes', 'absent'));
  expect(screen.getByRole('note').textContent).toContain('Not watched yet: logs.');
  await fireEvent.click(screen.getByRole('link', { name: 'How to add it' }));
  expect(open).toHaveBeenCalledOnce();
});

it('what was dismissed stays away, until something else is missing', async () => {
  const { unmount } = shown(cluster('kubernetes', 'absent'));
  await fireEvent.click(screen.getByRole('button'));
  expect(screen.queryByRole('note')).toBeNull();
  unmount();
  shown(cluster('kubernetes', 'absent'));
  expect(screen.queryByRole('note')).toBeNull();
});

it('the playground and a cluster that is watched whole say nothing', () => {
  shown(cluster('playground', 'absent'), cluster('kubernetes', 'watching'));
  expect(screen.queryByRole('note')).toBeNull();
});
