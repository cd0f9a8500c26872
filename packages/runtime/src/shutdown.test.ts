import { expect, test } from 'vitest';
import { lifetime } from './lifetime.ts';
import { silentLog } from './log.ts';
import { onShutdown } from './shutdown.ts';

test('a signal stops everything in reverse and then resolves', async () => {
  const order: string[] = [];
  const life = lifetime();
  for (const name of ['store', 'receiver'])
    await life.start(
      name,
      () => name,
      () => void order.push(name),
    );
  const before = process.listenerCount('SIGTERM');
  const down = onShutdown(life, silentLog);
  process.emit('SIGTERM', 'SIGTERM');
  await down;
  expect(order).toEqual(['receiver', 'store']);
  expect(process.listenerCount('SIGTERM')).toBe(before);
});
