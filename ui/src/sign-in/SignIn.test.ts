// @vitest-environment jsdom
import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, it, vi } from 'vitest';
import SignIn from './SignIn.svelte';

const shown = (change: object = {}) => {
  const signIn = vi.fn();
  const { rerender } = render(SignIn, { ...{ isAsking: false, refusal: undefined, waitUntil: 0, signIn }, ...change });
  return { signIn, rerender };
};
const field = (name: string): HTMLInputElement => screen.getByLabelText(name);
const button = (): HTMLButtonElement => screen.getByRole('button', { name: /Sign in/ });

it('the cursor is in the name, and Enter signs in with what was typed', async () => {
  const { signIn } = shown();
  expect(document.activeElement).toBe(field('Name'));
  await fireEvent.input(field('Name'), { target: { value: ' ada ' } });
  await fireEvent.input(field('Password'), { target: { value: ' secret words ' } });
  await fireEvent.submit(button());
  expect(signIn).toHaveBeenCalledWith('ada', ' secret words ');
});

it('what was refused is said to everybody, and the password is typed anew', async () => {
  const { rerender } = shown();
  await rerender({ refusal: 'The name or the password is wrong.' });
  expect(screen.getByRole('alert').textContent).toBe('The name or the password is wrong.');
  expect(document.activeElement).toBe(field('Password'));
  expect(field('Password').getAttribute('aria-invalid')).toBe('true');
});

it('after too many tries it says how long to wait and takes none', async () => {
  const { signIn } = shown({ waitUntil: Date.now() + 29_500 });
  expect(screen.getByRole('alert').textContent).toBe('Too many tries. Try again in 30 s.');
  expect(button().disabled).toBe(true);
  await fireEvent.submit(button());
  expect(signIn).not.toHaveBeenCalled();
});

it('the password can be looked at', async () => {
  shown();
  expect(field('Password').type).toBe('password');
  await fireEvent.click(screen.getByRole('button', { name: 'Show the password' }));
  expect(field('Password').type).toBe('text');
});
