import { expect, test } from 'vitest';
import { lab } from '../testing.ts';
import { isBusy, keepOff } from './busy.ts';

test('chance keeps off what a person works on until ten minutes after their last write', () => {
  const { sim, pass } = lab();
  keepOff(sim, 'web');
  pass(9 * 60);
  expect(isBusy(sim, 'web')).toBe(true);
  keepOff(sim, 'web', sim.now() + 1_000);
  pass(61);
  expect(isBusy(sim, 'web')).toBe(false);
});
