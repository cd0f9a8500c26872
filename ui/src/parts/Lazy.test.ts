// @vitest-environment jsdom
import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import Empty from './Empty.svelte';
import Lazy from './Lazy.svelte';

it('a part that could not be loaded is loaded when it is tried again', async () => {
  let turns = 0;
  const load = async () => {
    if (++turns === 1) throw new TypeError('Failed to fetch dynamically imported module');
    return { default: Empty };
  };
  render(Lazy<{ what: string; todo: string }>, { load, given: { what: 'The part', todo: 'is here' } });
  await fireEvent.click(await screen.findByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('The part')).toBeTruthy();
  expect(turns).toBe(2);
});
