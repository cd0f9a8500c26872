import { expect, test } from 'vitest';
import { lifetime } from './lifetime.ts';

test('when a part does not start, those before it are stopped and its own failure is told', async () => {
  const stopped: string[] = [];
  const life = lifetime();
  await life.start(
    'store',
    () => 1,
    () => void stopped.push('store'),
  );
  await expect(life.start('api', () => Promise.reject(new Error('port in use')))).rejects.toThrow('port in use');
  expect(stopped).toEqual(['store']);
});

test('every part is stopped even when one fails, and the failure is told with its part', async () => {
  const stopped: string[] = [];
  const told: string[] = [];
  const life = lifetime(({ name }) => told.push(name));
  for (const name of ['a', 'b', 'c'])
    await life.start(
      name,
      () => name,
      () => {
        if (name === 'b') throw new Error('stuck');
        stopped.push(name);
      },
    );
  await expect(life.stop()).rejects.toThrow('b did not stop');
  expect([stopped, told]).toEqual([
    ['c', 'a'],
    ['a', 'b', 'c'],
  ]);
});
