import { expect, it } from 'vitest';
import { attempts } from './attempts.ts';

const clock = { now: 1_000_000 };
const fresh = () => attempts(() => clock.now);

it('an account can be tried five times from anywhere, then twice a minute', () => {
  const tries = fresh();
  for (let n = 0; n < 5; n++) expect(tries.take('ada', `10.0.0.${n}`)).toBe(0);
  expect(tries.take('ada', '10.0.0.9')).toBe(30_000);
  clock.now += 30_000;
  expect(tries.take('ada', '10.0.0.9')).toBe(0);
  expect(tries.take('ada', '10.0.0.9')).toBe(30_000);
  expect(tries.take('bob', '10.0.0.9')).toBe(0);
});

it('an address can try twenty accounts, then one every ten seconds', () => {
  const tries = fresh();
  for (let n = 0; n < 20; n++) expect(tries.take(`who-${n}`, '10.0.0.1')).toBe(0);
  expect(tries.take('who-21', '10.0.0.1')).toBe(10_000);
  expect(tries.take('who-21', '10.0.0.2')).toBe(0);
});

it('what was right makes the account fresh and gives the address its try back', () => {
  const tries = fresh();
  for (let n = 0; n < 200; n++) {
    expect(tries.take('ada', '10.0.0.1')).toBe(0);
    tries.right('ada', '10.0.0.1');
  }
});

it('a flood of names takes bounded room: the longest unseen are forgotten', () => {
  const tries = fresh();
  for (let n = 0; n < 5; n++) tries.take('ada', '10.0.0.1');
  for (let n = 0; n < 20_000; n++) tries.take(`who-${n}`, `address-${n}`);
  expect(tries.take('ada', '10.0.0.2')).toBe(0);
});
