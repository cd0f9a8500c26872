import { expect, test } from 'vitest';
import { inProcessTransport } from './adapters/in-process.ts';
import { inProcessBroker } from './adapters/in-process-broker.ts';
import { transportContract } from './contract.ts';
import type { Transport } from './port.ts';
import { renewableTransport } from './renewable.ts';

const shared = inProcessBroker();
transportContract('renewed', async () => {
  const transport = renewableTransport(inProcessTransport({ broker: shared }));
  await transport.renew(inProcessTransport({ broker: shared }));
  return transport;
});

const message = (n: number) => ({ key: '1', value: Uint8Array.of(n >> 8, n & 255) });
const MESSAGES = 300;

test('renewed again and again while messages are sent and heard, none is lost and none comes twice', async () => {
  const broker = inProcessBroker();
  const open = () => inProcessTransport({ broker });
  const transport = renewableTransport(open());
  const heard: number[] = [];
  const all = Promise.withResolvers<void>();
  await transport.subscribe({
    ...{ group: 'g', topics: ['t'] },
    async handle(batch) {
      heard.push(...batch.map(({ value }) => ((value[0] ?? 0) << 8) | (value[1] ?? 0)));
      if (heard.length >= MESSAGES) all.resolve();
    },
  });
  for (let n = 0; n < MESSAGES; n++) {
    if (n % 50 === 25) void transport.renew(open());
    await transport.publish('t', [message(n)]);
  }
  await all.promise;
  await transport.close();
  expect(heard).toEqual(Array.from({ length: MESSAGES }, (_, n) => n));
});

test('what works is not given up for what does not; where neither works the new one is taken', async () => {
  let isUp = true;
  const closed: string[] = [];
  const road = (name: string, ok: () => boolean): Transport => ({
    ...inProcessTransport(),
    health: async () => (ok() ? { ok: true } : { ok: false, detail: 'bad certificate' }),
    close: async () => void closed.push(name),
  });
  const transport = renewableTransport(road('first', () => isUp));
  await expect(transport.renew(road('second', () => false))).rejects.toThrow('bad certificate');
  expect([(await transport.health()).ok, closed]).toEqual([true, ['second']]);
  isUp = false;
  await transport.renew(road('third', () => false));
  await transport.close();
  expect(closed).toEqual(['second', 'first', 'third']);
});
