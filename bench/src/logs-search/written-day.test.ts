import { nodeCompression } from '@mosaic/runtime';
import { memoryStore } from '@mosaic/store';
import { expect, test } from 'vitest';
import { seeded } from '../bench.ts';
import { QUESTIONS } from './questions.ts';
import { writeDay } from './written-day.ts';

test('every question of the bench finds something in a small day', async () => {
  const store = memoryStore({ compression: nodeCompression });
  const { id } = await store.clusters.enrol({ name: 'bench', kind: 'kubernetes' });
  const from = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 86_400_000;
  const day = await writeDay(store, id, { lines: 150_000, from, real: ['a line of a program'], tell: () => {} });
  expect(day.needles.length).toBe(2);
  const random = seeded(3);
  for (const { name, query } of QUESTIONS) {
    const { from, to, ...rest } = query(day, random);
    const whole = { ...rest, from: day.from, to: day.to };
    const { items } = await store.logs.search(id, whole, { limit: 1 });
    expect([name, items.length, from >= day.from && to <= day.to]).toEqual([name, 1, true]);
  }
});
