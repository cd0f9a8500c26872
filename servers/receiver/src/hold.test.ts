import { silentLog } from '@mosaic/runtime';
import { readCommand } from '@mosaic/wire';
import { expect, test } from 'vitest';
import { holding } from './hold.ts';

const DAY = 24 * 3_600_000;
const AT = Date.UTC(2026, 10, 21, 12);

function world() {
  const state = { now: AT, away: false };
  const sent: { topic: string; until: number }[] = [];
  const hold = holding({
    transport: {
      ensureTopics: async () => {},
      async publish(topic, messages) {
        if (state.away) throw new Error('away');
        for (const { value } of messages) sent.push({ topic, until: readCommand(value)?.until ?? 0 });
      },
    },
    now: () => state.now,
    log: silentLog,
  });
  return { hold, state, sent };
}

test('agents are asked to hold once what is read is older than half of what topics keep, and no sooner', async () => {
  const { hold, sent } = world();
  await hold(7, AT - DAY / 2 + 1);
  expect(sent).toEqual([]);
  await hold(7, AT - DAY / 2);
  expect(sent).toEqual([{ topic: 'mosaic.commands.7', until: AT + 60_000 }]);
});

test('they are asked again while it lasts, each cluster for itself', async () => {
  const { hold, state, sent } = world();
  for (let second = 0; second < 60; second++) {
    state.now = AT + second * 1_000;
    await hold(7, AT - DAY);
  }
  await hold(8, AT - DAY);
  expect(sent.map(({ topic, until }) => [topic.at(-1), until - AT])).toEqual([
    ['7', 60_000],
    ['7', 90_000],
    ['8', 119_000],
  ]);
});

test('a broker that is away is asked again with the next message', async () => {
  const { hold, state, sent } = world();
  state.away = true;
  await hold(7, AT - DAY);
  state.away = false;
  await hold(7, AT - DAY);
  expect(sent).toHaveLength(1);
});
