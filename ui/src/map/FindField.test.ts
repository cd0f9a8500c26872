// @vitest-environment jsdom
import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, it, vi } from 'vitest';
import { node } from '../testing/examples.ts';
import FindField from './FindField.svelte';

const nodes = [node('1:Deployment:shop:cart'), node('1:Deployment:platform:ledger')];

async function field(q: string) {
  const set = vi.fn();
  render(FindField, { q, nodes: () => nodes, set });
  const input = screen.getByRole<HTMLInputElement>('combobox');
  await fireEvent.focus(input);
  input.setSelectionRange(q.length, q.length);
  await fireEvent.keyUp(input);
  return { set, input };
}

it('offers what could come next, and takes it by arrow and Enter', async () => {
  const { set, input } = await field('ns=');
  expect(screen.getAllByRole('option').map((o) => o.querySelector('code')?.textContent)).toEqual(['platform', 'shop']);
  await fireEvent.keyDown(input, { key: 'ArrowDown' });
  await fireEvent.keyDown(input, { key: 'ArrowDown' });
  expect(input.getAttribute('aria-activedescendant')).toBe('find-1');
  await fireEvent.keyDown(input, { key: 'Enter' });
  expect(set).toHaveBeenCalledWith('ns=shop ', 'replace');
});

it('Escape clears, and the page hears nothing of it', async () => {
  const { set, input } = await field('cart');
  const heard = vi.fn();
  addEventListener('keydown', heard);
  await fireEvent.keyDown(input, { key: 'Escape' });
  removeEventListener('keydown', heard);
  expect(set).toHaveBeenCalledWith('', 'replace');
  expect(heard).not.toHaveBeenCalled();
});

it('names with markup stay text', async () => {
  const evil = [node('1:Deployment:<b>x</b>:y')];
  render(FindField, { q: 'ns=', nodes: () => evil, set: vi.fn() });
  await fireEvent.focus(screen.getByRole('combobox'));
  expect(document.querySelector('li b')).toBeNull();
});
