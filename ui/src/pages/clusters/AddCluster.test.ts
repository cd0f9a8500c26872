// @vitest-environment jsdom
import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, it, vi } from 'vitest';
import AddCluster from './AddCluster.svelte';

const made = { command: 'npx mosaic install agents', token: 'mjt_x' };
const opened = async (make: (name: string) => Promise<never>) => {
  render(AddCluster, { make });
  await fireEvent.click(screen.getByRole('button', { name: 'Add a cluster…' }));
  await fireEvent.input(screen.getByLabelText('Name of the cluster'), { target: { value: 'us-1' } });
  await fireEvent.submit(screen.getByLabelText('Name of the cluster'));
};

it('a name becomes the command that lets the cluster join', async () => {
  const make = vi.fn(async () => made as never);
  await opened(make);
  expect(make).toHaveBeenCalledWith('us-1');
  expect(await screen.findByText('npx mosaic install agents')).toBeTruthy();
  expect(screen.getByText(/It is shown once/)).toBeTruthy();
});

it('what the server refuses is said, and the name can be changed', async () => {
  await opened(async () => Promise.reject(new Error('us-1 is the name of a cluster of this process')));
  expect((await screen.findByText(/us-1 is the name/)).getAttribute('role')).toBe('alert');
  expect(screen.getByLabelText('Name of the cluster')).toBeTruthy();
});
