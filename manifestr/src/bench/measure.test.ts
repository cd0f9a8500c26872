import { expect, test } from 'vitest';
import { measure } from './measure.ts';

test('a start takes at most 300 ms and a thousand templates a second, with room for a busy machine', () => {
  const { startMs, thousandTemplatesMs } = measure();
  expect(startMs).toBeLessThan(300 * 5);
  expect(thousandTemplatesMs).toBeLessThan(1000 * 3);
});
