import { Unavailable } from '@mosaic/wire';
import { expect, test } from 'vitest';
import { silentLog } from './log.ts';
import { untilThere } from './until-there.ts';

test('a store that starts later is waited for, more patiently each time', async () => {
  const pauses: number[] = [];
  let asked = 0;
  const open = () => {
    asked += 1;
    if (asked < 8) throw new Unavailable('no host answers');
    return 'store';
  };
  const pause = async (ms: number) => void pauses.push(ms);
  expect(await untilThere('store', open, { log: silentLog, pause })).toBe('store');
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
});

test('a wrong password is not waited for', async () => {
  const open = () => Promise.reject(new Error('wrong password'));
  await expect(untilThere('store', open, { log: silentLog })).rejects.toThrow('wrong password');
});
