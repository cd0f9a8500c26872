import { expect, test } from 'vitest';
import { measure } from './measure.ts';

test('both figures are measured; how good they are is told by `npm run bench -- manifestr`', () => {
  const { startMs, thousandTemplatesMs } = measure();
  expect(startMs).toBeGreaterThan(10); // a process was started
  expect(thousandTemplatesMs).toBeGreaterThan(1);
}, 60_000);
