// What every transport promises, as tests. Run by each adapter's own test file.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Delivery, type Message, quarantine, TOPICS, type Transport } from './port.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const textOf = ({ value }: Message) => decoder.decode(value);
const says = (key: string, text: string): Message => ({ key, value: encoder.encode(text) });
let names = 0;
/** Never used before, on a broker that remembers too. */
const fresh = (name: string) => `contract.${name}.${Date.now().toString(36)}.${names++}`;

/** `make` gives a transport of its own each time, all on the same broker where there is one. */
export function transportContract(name: string, make: () => Promise<Transport>): void {
  describe(`${name} keeps the transport's promises`, () => {
    let transport: Transport;
    beforeAll(async () => {
      transport = await make();
    });
    afterAll(() => transport.close());

    it('messages of one key come in the order they were published', async () => {
      const topic = fresh('order');
      await transport.ensureTopics([{ topic, partitions: 3 }]);
      const heard = listening((all) => all.length === 300);
      const subscription = await transport.subscribe({ group: fresh('g'), topics: [topic], handle: heard.handle });
      const keys = ['1', '2', '3', '4', '5'];
      const sent = Array.from({ length: 300 }, (_, n) => says(keys[n % 5] ?? '', String(n)));
      for (let n = 0; n < sent.length; n += 10) void transport.publish(topic, sent.slice(n, n + 10));
      const all = await heard.done;
      await subscription.stop();
      for (const key of keys)
        expect(all.filter((delivery) => delivery.key === key).map(textOf)).toEqual(
          sent.filter((message) => message.key === key).map(textOf),
        );
    });

    it('a batch whose handler throws comes again before anything after it', async () => {
      const topic = fresh('again');
      await transport.ensureTopics([{ topic, partitions: 1 }]);
      await transport.publish(topic, [says('1', 'first'), says('1', 'second')]);
      const troubles: string[] = [];
      const tries: string[][] = [];
      const handled = listening((all) => all.length === 3);
      const subscription = await transport.subscribe({
        group: fresh('g'),
        topics: [topic],
        onTrouble: ({ reason }) => troubles.push(reason),
        async handle(batch) {
          tries.push(batch.map(textOf));
          if (tries.length === 1) await transport.publish(topic, [says('1', 'third')]);
          if (tries.length < 3) throw new Error('the store is away');
          await handled.handle(batch);
        },
      });
      const all = await handled.done;
      await subscription.stop();
      expect(tries.slice(0, 3).map(([first]) => first)).toEqual(['first', 'first', 'first']);
      expect(all.map(textOf)).toEqual(['first', 'second', 'third']);
      expect(troubles.filter((reason) => reason === 'handler threw')).toHaveLength(2);
    });

    it('a partition whose handler throws does not hold up the others', async () => {
      const topic = fresh('others');
      await transport.ensureTopics([{ topic, partitions: 8 }]);
      const keys = Array.from({ length: 16 }, (_, n) => `k${n}`);
      const heard = listening((all) => new Set(all.map(({ partition }) => partition)).size > 1);
      const subscription = await transport.subscribe({
        group: fresh('g'),
        topics: [topic],
        async handle(batch) {
          if (batch.some((delivery) => delivery.key === 'k0')) throw new Error('bad');
          await heard.handle(batch);
        },
      });
      await transport.publish(
        topic,
        keys.map((key) => says(key, key)),
      );
      await heard.done;
      await subscription.stop();
    });

    it('what was handled is not handled again by the next subscription of the group', async () => {
      const topic = fresh('commit');
      const group = fresh('g');
      await transport.ensureTopics([{ topic, partitions: 1 }]);
      await transport.publish(topic, [says('1', 'before')]);
      const first = listening((all) => all.length === 1);
      const earlier = await transport.subscribe({ group, topics: [topic], handle: first.handle });
      await first.done;
      await earlier.stop();
      expect(await transport.lag(group, [topic])).toEqual({ [topic]: 0 });

      await transport.publish(topic, [says('1', 'after')]);
      expect(await transport.lag(group, [topic])).toEqual({ [topic]: 1 });
      const second = listening((all) => all.length === 1);
      const later = await transport.subscribe({ group, topics: [topic], handle: second.handle });
      const heard = await second.done;
      await later.stop();
      expect(heard.map(textOf)).toEqual(['after']);
      expect(heard[0]?.offset).toBe('1');
    });

    it('stopping waits for the batch in hand and commits it', async () => {
      const topic = fresh('in-hand');
      const group = fresh('g');
      await transport.ensureTopics([{ topic, partitions: 1 }]);
      await transport.publish(topic, [says('1', 'in hand')]);
      const begun = Promise.withResolvers<void>();
      const finish = Promise.withResolvers<void>();
      const subscription = await transport.subscribe({
        group,
        topics: [topic],
        handle() {
          begun.resolve();
          return finish.promise;
        },
      });
      await begun.promise;
      const stopping = subscription.stop();
      finish.resolve();
      await stopping;
      expect(await transport.lag(group, [topic])).toEqual({ [topic]: 0 });
    });

    it('two members of a group share its messages, each of which goes to one of them', async () => {
      const topic = fresh('share');
      const group = fresh('g');
      await transport.ensureTopics([{ topic, partitions: 8 }]);
      const keys = Array.from({ length: 64 }, (_, n) => `cluster-${n}`);
      const heard = listening((all) => keys.every((key) => all.some((delivery) => textOf(delivery) === key)));
      const shares = [new Set<string>(), new Set<string>()];
      const other = await make();
      const members = await Promise.all(
        [transport, other].map((of, index) =>
          of.subscribe({
            group,
            topics: [topic],
            async handle(batch) {
              for (const delivery of batch) shares[index]?.add(textOf(delivery));
              await heard.handle(batch);
            },
          }),
        ),
      );
      await settled(shares, transport, topic);
      await transport.publish(
        topic,
        keys.map((key) => says(key, key)),
      );
      const all = await heard.done;
      await Promise.all(members.map((member) => member.stop()));
      expect(all.map(textOf).filter((text) => text.startsWith('cluster-'))).toHaveLength(keys.length);
      if (other !== transport) await other.close();
      expect(await transport.lag(group, [topic])).toEqual({ [topic]: 0 });
    });

    it('two groups both get everything', async () => {
      const topic = fresh('both');
      await transport.ensureTopics([{ topic, partitions: 2 }]);
      const heard = [listening((all) => all.length === 20), listening((all) => all.length === 20)];
      const subscriptions = await Promise.all(
        heard.map(({ handle }) => transport.subscribe({ group: fresh('g'), topics: [topic], handle })),
      );
      const sent = Array.from({ length: 20 }, (_, n) => says(String(n), String(n)));
      await transport.publish(topic, sent);
      for (const { done } of heard) expect((await done).map(textOf).toSorted()).toEqual(sent.map(textOf).toSorted());
      await Promise.all(subscriptions.map((subscription) => subscription.stop()));
    });

    it('a group that begins at latest hears only what is published after it subscribed', async () => {
      const topic = fresh('latest');
      await transport.ensureTopics([{ topic, partitions: 4 }]);
      await transport.publish(topic, [says('1', 'old'), says('2', 'old')]);
      const heard = listening((all) => all.length === 3);
      const subscription = await transport.subscribe({
        group: fresh('g'),
        topics: [topic],
        from: 'latest',
        handle: heard.handle,
      });
      await transport.publish(topic, [says('1', 'new'), says('2', 'new'), says('3', 'new')]);
      expect((await heard.done).map(textOf)).toEqual(['new', 'new', 'new']);
      await subscription.stop();
    });

    it('a message of 2 MiB arrives whole, and one beyond the bound is refused by its size', async () => {
      const topic = fresh('big');
      const value = new Uint8Array(2 * 1024 * 1024).map((_, index) => (index * 31) & 255);
      const heard = listening((all) => all.length === 3);
      const subscription = await transport.subscribe({ group: fresh('g'), topics: [topic], handle: heard.handle });
      await transport.publish(topic, [
        { key: '1', value },
        { key: '1', value },
        { key: '1', value },
      ]);
      for (const delivery of await heard.done) expect(Buffer.compare(delivery.value, value)).toBe(0);
      await subscription.stop();
      const tooBig = [{ key: '1', value: new Uint8Array(4 * 1024 * 1024) }];
      await expect(transport.publish(topic, tooBig)).rejects.toThrow(RangeError);
    });

    it('publishing nothing is fine and delivers nothing', async () => {
      const topic = fresh('nothing');
      await transport.ensureTopics([{ topic }]);
      await transport.publish(topic, []);
      expect(await transport.lag(fresh('g'), [topic])).toEqual({ [topic]: 0 });
    });

    it('nobody is behind on a topic that nobody made', async () => {
      const topic = fresh('unmade');
      expect(await transport.lag(fresh('g'), [topic])).toEqual({ [topic]: 0 });
    });

    it('headers, key and bytes arrive as they were sent, with where and when', async () => {
      const topic = fresh('headers');
      const heard = listening((all) => all.length === 2);
      const subscription = await transport.subscribe({ group: fresh('g'), topics: [topic], handle: heard.handle });
      const headers = { reason: 'ümläut', trace: '00-1' };
      const before = Date.now();
      await transport.publish(topic, [
        { key: '17', value: Uint8Array.of(0, 255, 1), headers },
        { key: '17', value: new Uint8Array() },
      ]);
      const [first, second] = await heard.done;
      await subscription.stop();
      expect(first).toMatchObject({ key: '17', topic, headers, offset: '0' });
      expect([...(first?.value ?? [])]).toEqual([0, 255, 1]);
      expect(second?.value).toHaveLength(0);
      expect(Math.abs((first?.writtenAt ?? 0) - before)).toBeLessThan(60_000);
    });

    it('bytes handed out and not yet handled stay within the bound', async () => {
      const topic = fresh('bound');
      await transport.ensureTopics([{ topic, partitions: 8 }]);
      const value = new Uint8Array(100_000);
      await transport.publish(
        topic,
        Array.from({ length: 64 }, (_, n) => ({ key: `k${n}`, value })),
      );
      let inHand = 0;
      let most = 0;
      const heard = listening((all) => all.length === 64);
      const maxBytesInFlight = 1024 * 1024;
      const subscription = await transport.subscribe({
        group: fresh('g'),
        topics: [topic],
        maxBytesInFlight,
        async handle(batch) {
          const bytes = batch.reduce((sum, delivery) => sum + delivery.value.length, 0);
          inHand += bytes;
          most = Math.max(most, inHand);
          await new Promise((resolve) => setImmediate(resolve));
          inHand -= bytes;
          await heard.handle(batch);
        },
      });
      await heard.done;
      await subscription.stop();
      expect(most).toBeLessThanOrEqual(maxBytesInFlight);
    });

    it('a message set aside keeps its bytes and says where it came from and why', async () => {
      const topic = fresh('aside');
      const heard = listening((all) => all.some(({ headers }) => headers?.topic === topic));
      await transport.ensureTopics([{ topic: TOPICS.quarantine }]);
      const subscription = await transport.subscribe({
        group: fresh('g'),
        topics: [TOPICS.quarantine],
        from: 'latest',
        handle: heard.handle,
      });
      const unreadable: Delivery = { ...says('7', 'garbage'), topic, partition: 2, offset: '41', writtenAt: 0 };
      await quarantine(transport, unreadable, 'not a chunk: magic is 0x67');
      const found = (await heard.done).find(({ headers }) => headers?.topic === topic);
      await subscription.stop();
      expect(found && textOf(found)).toBe('garbage');
      expect(found?.key).toBe('7');
      expect(found?.headers).toEqual({ reason: 'not a chunk: magic is 0x67', topic, partition: '2', offset: '41' });
    });

    it('stopping and closing twice is fine, and a closed transport refuses', async () => {
      const own = await make();
      const subscription = await own.subscribe({ group: fresh('g'), topics: [fresh('stop')], handle: async () => {} });
      await Promise.all([subscription.stop(), subscription.stop()]);
      await subscription.stop();
      expect((await own.health()).ok).toBe(true);
      await own.close();
      await own.close();
      await expect(own.publish(fresh('stop'), [says('1', 'late')])).rejects.toMatchObject({ name: 'Unavailable' });
      expect((await own.health()).ok).toBe(false);
    });
  });
}

function listening(isEnough: (all: readonly Delivery[]) => boolean) {
  const all: Delivery[] = [];
  const { promise, resolve } = Promise.withResolvers<readonly Delivery[]>();
  return {
    done: promise,
    async handle(batch: readonly Delivery[]) {
      all.push(...batch);
      if (isEnough(all)) resolve(all);
    },
  };
}

/** Publishes until both members have got something: the group has found its balance. */
async function settled(shares: readonly ReadonlySet<string>[], transport: Transport, topic: string): Promise<void> {
  for (let round = 0; round < 100 && shares.some((share) => share.size === 0); round++) {
    await transport.publish(
      topic,
      Array.from({ length: 16 }, (_, n) => says(`warm-${n}`, `warm-${round}-${n}`)),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  if (shares.some((share) => share.size === 0)) throw new Error('one member was left without partitions');
}
