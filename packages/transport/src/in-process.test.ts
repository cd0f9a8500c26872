import { describe, expect, it } from 'vitest';
import { inProcessTransport } from './adapters/in-process.ts';
import { inProcessBroker } from './adapters/in-process-broker.ts';
import { transportContract } from './contract.ts';
import type { Delivery } from './port.ts';

const broker = inProcessBroker();
transportContract('in-process', async () => inProcessTransport({ broker }));

const MESSAGE = { key: '1', value: new Uint8Array(1000) };
const full = { partitions: 1, maxRetainedBytes: 5_000 };

describe('in-process at its bound', () => {
  it('a publish waits until a slow group has handled enough', async () => {
    const transport = inProcessTransport(full);
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    let heard = 0;
    await transport.subscribe({
      group: 'slow',
      topics: ['t'],
      async handle(batch) {
        begun.resolve();
        await finish.promise;
        heard += batch.length;
      },
    });
    for (let n = 0; n < 4; n++) await transport.publish('t', [MESSAGE]);
    await begun.promise;
    let taken = false;
    const waiting = transport.publish('t', [MESSAGE, MESSAGE]).then(() => {
      taken = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toBe(false);
    finish.resolve();
    await waiting;
    expect(heard).toBeGreaterThan(0);
    await transport.close();
  });

  it('a publish that finds no room in time is refused, and what was taken before is all there', async () => {
    const transport = inProcessTransport({ ...full, publishWithinMs: 20 });
    const never = Promise.withResolvers<void>();
    await transport.subscribe({ group: 'stuck', topics: ['t'], handle: () => never.promise });
    for (let n = 0; n < 4; n++) await transport.publish('t', [MESSAGE]);
    await expect(transport.publish('t', [MESSAGE])).rejects.toMatchObject({ name: 'Unavailable' });
    expect(await transport.lag('stuck', ['t'])).toEqual({ t: 4 });
    never.resolve();
    await transport.close();
  });

  it('a topic nobody reads loses its oldest and holds nobody up', async () => {
    const transport = inProcessTransport(full);
    for (let n = 0; n < 20; n++) await transport.publish('t', [{ key: '1', value: Uint8Array.of(n) }, MESSAGE]);
    const heard: Delivery[] = [];
    const enough = Promise.withResolvers<void>();
    const subscription = await transport.subscribe({
      group: 'late',
      topics: ['t'],
      async handle(batch) {
        heard.push(...batch);
        enough.resolve();
      },
    });
    await enough.promise;
    await subscription.stop();
    expect(heard.length).toBeLessThan(12);
    expect(Number(heard.at(-1)?.offset)).toBe(39);
    await transport.close();
  });

  it('a group that went away holds nobody up, and is told what it missed when it comes back', async () => {
    const transport = inProcessTransport(full);
    const troubles: string[] = [];
    const enough = Promise.withResolvers<void>();
    const options = {
      group: 'gone',
      topics: ['t'],
      onTrouble: ({ reason }: { reason: string }) => troubles.push(reason),
      handle: async () => enough.resolve(),
    };
    await (await transport.subscribe(options)).stop();
    for (let n = 0; n < 20; n++) await transport.publish('t', [MESSAGE]);
    await transport.subscribe(options);
    await enough.promise;
    await transport.close();
    expect(troubles).toEqual(['offsets deleted']);
  });

  it('what every group has handled is not kept', async () => {
    const transport = inProcessTransport({ ...full, publishWithinMs: 1_000 });
    let heard = 0;
    const subscription = await transport.subscribe({
      group: 'quick',
      topics: ['t'],
      handle: async (batch) => {
        heard += batch.length;
      },
    });
    for (let n = 0; n < 100; n++) await transport.publish('t', [MESSAGE, MESSAGE]);
    await subscription.stop();
    await transport.close();
    expect(heard).toBeGreaterThan(190);
  });
});
