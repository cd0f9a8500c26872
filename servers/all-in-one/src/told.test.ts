import { expect, test, vi } from 'vitest';
import { terminalTeller } from './told.ts';

test('how far a long step is shows on a terminal, and leaves nothing behind', () => {
  vi.useFakeTimers();
  const written: string[] = [];
  const untold = terminalTeller({ isTTY: true, write: (text) => written.push(text) }).share(
    '24 h of past',
    () => 0.429,
  );
  vi.advanceTimersByTime(300);
  untold();
  vi.useRealTimers();
  expect(written[0]?.startsWith('\r\u001b[K  24 h of past ')).toBe(true);
  expect(written[0]).toMatch(/ 42 %$/);
  expect(written.at(-1)).toBe('\r\u001b[K');
});

test('in a log it is not told', () => {
  const written: string[] = [];
  const teller = terminalTeller({ write: (text) => written.push(text) });
  teller.share('24 h of past', () => 0.4)();
  teller.step('store', 1_234);
  expect(written).toEqual([`  ${'store'.padEnd(34)}  1.2 s\n`]);
});
