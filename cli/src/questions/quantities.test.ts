import { expect, test } from 'vitest';
import { amount, quantityOf } from './quantities.ts';

test.each([
  ['120m', 0.12],
  ['3500000n', 0.0035],
  ['2', 2],
  ['64Mi', 64 * 2 ** 20],
  ['131072Ki', 2 ** 27],
  ['1e3', 1000],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['5G', 5e9],
])('%s is %d', (text, value) => {
  expect(quantityOf(text)).toBeCloseTo(value, 9);
});

test('what is no quantity is not a number', () => {
  for (const text of ['', 'many', '12 apples', '3mi']) expect(quantityOf(text)).toBeNaN();
});

test('memory is told in Mi', () => {
  expect(amount(129 * 2 ** 20)).toBe('129Mi');
});
