import { expect, test } from 'vitest';
import { progressBoard } from './progress.ts';

test('what is expected is not done before it began', () => {
  const board = progressBoard();
  board.expect();
  expect(board.overall()).toBe(0);
  board.set(1, 1);
  expect(board.overall()).toBeLessThan(1);
  board.settled();
  expect(board.overall()).toBe(1);
});

test('the whole is the mean of its clusters, and a finished one says nothing more', () => {
  const board = progressBoard();
  board.set(1, 1);
  board.set(2, 0.5);
  expect(board.overall()).toBe(0.75);
  expect(board.of(1)).toBeUndefined();
  expect(board.of(2)).toBe(0.5);
});
