import { expect, it } from 'vitest';
import { bytesGate } from './bytes-gate.ts';

it('who does not fit waits in line, even when a smaller one behind would', async () => {
  const gate = bytesGate(100);
  const entered: string[] = [];
  const leave = await gate.enter(60);
  const big = gate.enter(80).then((leaveBig) => {
    entered.push('big');
    return leaveBig;
  });
  const small = gate.enter(10).then(() => entered.push('small'));
  await Promise.resolve();
  expect(entered).toEqual([]);
  leave();
  leave();
  (await big)();
  await small;
  expect(entered).toEqual(['big', 'small']);
  expect(gate.inside).toBe(10);
});

it('one bigger than the gate goes in alone', async () => {
  const gate = bytesGate(10);
  const leave = await gate.enter(1_000);
  expect(gate.inside).toBe(1_000);
  leave();
  expect(gate.inside).toBe(0);
});
