import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authority, freePorts, type Kafka, startKafka } from '@mosaic/dev';
import { Unavailable } from '@mosaic/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaTransport } from './adapters/kafka.ts';
import type { KafkaOptions } from './adapters/kafka-client.ts';
import { transportContract } from './contract.ts';
import type { Delivery, Transport } from './port.ts';

const warnings: Error[] = [];
process.on('warning', (warning) => warnings.push(warning));

let names = 0;
const unique = (name: string) => `${name}.${Date.now().toString(36)}.${names++}`;
const brokers = process.env.KAFKA_BROKERS ?? '';
const onGiven = (more: Partial<KafkaOptions> = {}) => kafkaTransport({ brokers, clientId: unique('live'), ...more });

transportContract('kafka', async () => onGiven());

// What waits for members here waits beside what waits for a broker of its own there.
describe.concurrent('a rebalance loses nothing', () => {
  it('members that join and leave while others are at work', async () => {
    const topic = unique('rebalance');
    const group = unique('g');
    const publisher = onGiven();
    await publisher.ensureTopics([{ topic, partitions: 12 }]);
    const heard = new Set<string>();
    const transports: Transport[] = [];
    const join = async (name: string) => {
      const own = onGiven();
      transports.push(own);
      return own.subscribe({
        group,
        topics: [topic],
        async handle(batch) {
          await new Promise((resolve) => setTimeout(resolve, 30)); // a store at work
          for (const { value } of batch) heard.add(Buffer.from(value).toString());
          working.add(name);
        },
      });
    };
    const working = new Set<string>();
    const stream = streaming(publisher, topic, 24);
    const first = await join('first');
    await until(() => working.has('first'));
    const others = await Promise.all([join('second'), join('third')]);
    const late = await join('late');
    await until(() => working.size === 4);
    await first.stop();
    await others[0]?.stop();
    const again = await join('again');
    await until(() => working.has('again'));
    const sent = await stream.end();
    await until(() => sent.every((text) => heard.has(text)));
    await Promise.all([...others, late, again].map((member) => member.stop()));
    expect(await publisher.lag(group, [topic])).toEqual({ [topic]: 0 });
    await Promise.all([publisher, ...transports].map((transport) => transport.close()));
    expect(sent.length).toBeGreaterThan(100);
  });

  it('a handler slower than the session keeps its place in the group', async () => {
    const topic = unique('slow');
    const transport = onGiven();
    await transport.ensureTopics([{ topic, partitions: 1 }]);
    await transport.publish(topic, [{ key: '1', value: Uint8Array.of(1) }]);
    const heard: Delivery[] = [];
    const subscription = await transport.subscribe({
      group: unique('g'),
      topics: [topic],
      async handle(batch) {
        if (heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 14_000)); // sessions end after 12 s
        heard.push(...batch);
      },
    });
    await until(() => heard.length > 0);
    await transport.publish(topic, [{ key: '1', value: Uint8Array.of(2) }]);
    await until(() => heard.length > 1);
    await subscription.stop();
    await transport.close();
    expect(heard.map(({ offset }) => offset)).toEqual(['0', '1']);
  });
});

describe.concurrent('a broker that goes away', () => {
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = await startKafka({ own: true, brief: true });
  });
  afterAll(() => kafka.stop());
  const onOwn = (more: Partial<KafkaOptions> = {}) =>
    kafkaTransport({ brokers: kafka.brokers, clientId: unique('live'), ...more });

  it('is survived by publishers and subscribers without loss, in order within a key', {
    concurrent: false,
  }, async () => {
    const topic = unique('restart');
    const publisher = onOwn({ publishWithinMs: 4_000 });
    const reader = onOwn();
    await publisher.ensureTopics([{ topic, partitions: 4 }]);
    const heard: string[] = [];
    const subscription = await reader.subscribe({
      group: 'restart',
      topics: [topic],
      async handle(batch) {
        for (const { value } of batch) heard.push(Buffer.from(value).toString());
      },
    });
    const stream = streaming(publisher, topic, 4);
    await until(() => heard.length > 50);
    await kafka.restart();
    const afterRestart = heard.length;
    await until(() => heard.length > afterRestart + 50);
    await kafka.kill();
    await new Promise((resolve) => setTimeout(resolve, 3_000)); // away for a while
    await kafka.restart();
    const afterKill = heard.length;
    await until(() => heard.length > afterKill + 50);
    const sent = await stream.end();
    await until(() => sent.every((text) => heard.includes(text)));
    await subscription.stop();
    expect(await reader.lag('restart', [topic])).toEqual({ [topic]: 0 });
    for (const key of ['0', '1', '2', '3']) {
      const isOfKey = (text: string) => text.startsWith(`${key}/`);
      expect(firsts(heard.filter(isOfKey))).toEqual(sent.filter(isOfKey));
    }
    await Promise.all([publisher.close(), reader.close()]);
  });

  it('makes publishing Unavailable in time, health bad, and all is well when it is back', {
    concurrent: false,
  }, async () => {
    const topic = unique('away');
    const transport = onOwn({ publishWithinMs: 3_000 });
    const send = () => transport.publish(topic, [{ key: '1', value: Uint8Array.of(1) }]);
    await send();
    await kafka.kill();
    const began = performance.now();
    await expect(send()).rejects.toBeInstanceOf(Unavailable);
    expect(performance.now() - began).toBeLessThan(8_000);
    expect((await transport.health()).ok).toBe(false);
    await kafka.restart();
    await send();
    expect((await transport.health()).ok).toBe(true);
    await transport.close();
  });

  it('lets a subscription stop while it is away', { concurrent: false }, async () => {
    const transport = onOwn();
    const troubles: string[] = [];
    const subscription = await transport.subscribe({
      group: 'away',
      topics: [unique('stop')],
      handle: async () => {},
      onTrouble: ({ reason }) => troubles.push(reason),
    });
    await kafka.kill();
    await until(() => troubles.includes('broker away'));
    await subscription.stop();
    await transport.close();
  });
});

describe.concurrent('a broker that asks who we are', () => {
  let folder: string;
  let kafka: Kafka;
  let secure: KafkaOptions;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mosaic-tls-'));
    const [port = 0] = await freePorts(1);
    const ca = await authority(folder, () => {});
    const serving = await ca.server('kafka', ['IP:127.0.0.1', 'DNS:localhost']);
    const keystore = join(folder, 'kafka.pem');
    writeFileSync(keystore, readFileSync(serving.key, 'utf8') + readFileSync(serving.certificate, 'utf8'));
    const login = 'org.apache.kafka.common.security.plain.PlainLoginModule required user_mosaic="tesserae";';
    kafka = await startKafka({
      own: true,
      brief: true,
      secureListener: {
        port,
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.location': keystore,
        'sasl.enabled.mechanisms': 'PLAIN',
        'plain.sasl.jaas.config': login,
      },
    });
    const sasl = { mechanism: 'plain', username: 'mosaic', password: 'tesserae' } as const;
    secure = { brokers: `127.0.0.1:${port}`, clientId: 'tls', ssl: { ca: readFileSync(ca.certificate) }, sasl };
  });
  afterAll(async () => {
    await kafka?.stop();
    rmSync(folder, { recursive: true });
  });

  it('takes messages over TLS from who has the password, and gives them back', async () => {
    const transport = kafkaTransport(secure);
    const heard = Promise.withResolvers<readonly Delivery[]>();
    await transport.publish('secret', [{ key: '1', value: Uint8Array.of(42) }]);
    await transport.subscribe({ group: 'g', topics: ['secret'], handle: async (batch) => heard.resolve(batch) });
    expect((await heard.promise)[0]?.value[0]).toBe(42);
    await transport.close();
  });

  it('refuses a wrong password, and it is told so', async () => {
    const wrong = { mechanism: 'plain', username: 'mosaic', password: 'guess' } as const;
    const transport = kafkaTransport({ ...secure, sasl: wrong, publishWithinMs: 5_000 });
    const sending = transport.publish('secret', [{ key: '1', value: Uint8Array.of(1) }]);
    await expect(sending).rejects.toThrow(/[Aa]uthentication|password/);
    await transport.close();
  });
});

it('after all that Node has had nothing to warn about', () => {
  expect(warnings.map(String)).toEqual([]);
});

/** Publishes one message per key and round until it is ended; what is refused is sent again before anything after it, as a spool does. */
function streaming(transport: Transport, topic: string, keys: number) {
  const sent: string[] = [];
  let isOver = false;
  const run = async () => {
    for (let round = 0; !isOver; round++) {
      const texts = Array.from({ length: keys }, (_, key) => `${key}/${round}`);
      const messages = texts.map((text) => ({ key: text.split('/')[0] ?? '', value: Buffer.from(text) }));
      await insist(() => transport.publish(topic, messages));
      sent.push(...texts);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return sent;
  };
  const running = run();
  return {
    end() {
      isOver = true;
      return running;
    },
  };
}

async function insist(send: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
    }
  }
}

const firsts = (texts: readonly string[]): string[] => [...new Set(texts)];

async function until(isTrue: () => boolean, withinMs = 90_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!isTrue()) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${isTrue}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
