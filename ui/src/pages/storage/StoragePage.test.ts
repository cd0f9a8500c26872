// @vitest-environment jsdom
import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, it, vi } from 'vitest';
import { storageOf } from '../../testing/storage.ts';
import StoragePage from './StoragePage.svelte';

const END = Date.parse('2026-11-20T09:00:00Z');

function page() {
  const save = vi.fn(async () => true);
  render(StoragePage, {
    ...{ answer: storageOf(END), error: undefined, isSaving: false, saveError: undefined, again: vi.fn() },
    save,
  });
  return save;
}
const days = (name: string) => screen.getByRole('spinbutton', { name: `${name}: days kept` });

it('says what is used, at what pace, and how long it lasts', () => {
  page();
  expect(screen.getByText('468 MiB')).toBeTruthy();
  expect(screen.getByText('40 MiB a day')).toBeTruthy();
  expect(screen.getByText(/keeps 14 d in 560 MiB, by age/)).toBeTruthy();
  expect(screen.getAllByRole('img', { name: /Logs 40 MiB/ }).length).toBe(4);
});

it('a longer retention says what it would take, then is set', async () => {
  const save = page();
  await fireEvent.change(days('Logs'), { target: { value: '30' } });
  expect(screen.getByText(/keeps 30 d in 1.17 GiB/)).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: 'Set' }));
  expect(save).toHaveBeenCalledWith({ logs: { days: 30 } });
  expect(await screen.findByText('In force.')).toBeTruthy();
});

it('what would be deleted is said before it is', async () => {
  const save = page();
  await fireEvent.change(days('Logs'), { target: { value: '2' } });
  await fireEvent.click(screen.getByRole('button', { name: 'Set' }));
  expect(save).not.toHaveBeenCalled();
  expect(screen.getByText(/Kept shorter than now: Logs. What is older goes at once/)).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: 'Keep less, and set' }));
  expect(save).toHaveBeenCalledWith({ logs: { days: 2 } });
});

it('a budget for all shares what there is', async () => {
  const save = page();
  await fireEvent.input(screen.getByRole('spinbutton', { name: /Budget/ }), { target: { value: '0.5' } });
  expect(screen.getAllByText(/the budget comes first/).length).toBeGreaterThan(3);
  await fireEvent.click(screen.getByRole('button', { name: 'Set' }));
  await fireEvent.click(screen.getByRole('button', { name: /^Keep less/ }));
  expect(save).toHaveBeenCalledWith({ total: { bytes: 2 ** 29 } });
});
