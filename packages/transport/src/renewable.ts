// A road whose certificate is replaced while it is used: the new one takes over what is sent and heard, then the old one ends what it has in hand.

import type { SubscribeOptions, Subscription, Transport } from './port.ts';

export interface RenewableTransport extends Transport {
  /**
   * Goes on over `next`, and closes what was before when all it had in hand is done: nothing is lost, and nothing sent twice. When `next` cannot be
   * used though what is in use can, it is closed and `Unusable` thrown.
   */
  renew(next: Transport): Promise<void>;
}

/** What should have taken over does not work. */
export class Unusable extends Error {
  override readonly name = 'Unusable';
}

interface Held {
  readonly options: SubscribeOptions;
  inner: Subscription;
}

export function renewableTransport(first: Transport): RenewableTransport {
  let current = first;
  let changing: Promise<void> = Promise.resolve();
  const held = new Set<Held>();

  async function change(next: Transport): Promise<void> {
    const before = current;
    const { ok, detail = 'it does not answer' } = await next.health();
    if (!ok && (await before.health()).ok) {
      await next.close();
      throw new Unusable(detail);
    }
    current = next;
    for (const one of held) {
      const old = one.inner;
      one.inner = await next.subscribe(one.options); // of the same group, before the other leaves it
      await old.stop();
    }
    await before.close();
  }

  return {
    publish: (topic, messages) => current.publish(topic, messages),
    ensureTopics: (topics) => current.ensureTopics(topics),
    lag: (group, topics) => current.lag(group, topics),
    health: () => current.health(),
    async subscribe(options) {
      await changing;
      const one: Held = { options, inner: await current.subscribe(options) };
      held.add(one);
      return {
        async stop() {
          await changing;
          held.delete(one);
          await one.inner.stop();
        },
      };
    },
    renew(next) {
      const mine = changing.then(() => change(next));
      changing = mine.catch(() => {}); // told to who renews; the next one may
      return mine;
    },
    async close() {
      await changing;
      await current.close();
    },
  };
}
