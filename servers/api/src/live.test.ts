import { makeKey } from '@mosaic/runtime';
import { topologyDeltaSchema, topologySchema } from '@mosaic/wire';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type Asked,
  apiOver,
  born,
  checkpoint,
  emptyWorld,
  gone,
  iso,
  NOW,
  turned,
  type World,
  watching,
  workload,
} from './testing.ts';
import { channel } from './topology/channel.ts';
import { sseClient } from './topology/sse-client.ts';

let world: World;
let asked: Asked;
const cart = workload('cart', 1);
const [deployment, , pod] = cart as [(typeof cart)[0], (typeof cart)[0], (typeof cart)[0]];
const broken = { health: 'broken' as const, ready: 0, reasons: ['OOMKilled'] };

beforeEach(async () => {
  world = await emptyWorld();
  await checkpoint(world.store, world.cluster, NOW - 60_000, cart, 1);
  await world.store.coverage.write(world.cluster, [watching('eu-1', NOW - 60_000, NOW)], NOW);
  asked = await apiOver(world);
});
afterEach(() => asked.api.close());

const healthOf = async (query = ''): Promise<string | undefined> => {
  const { nodes } = topologySchema.parse(await asked.ask(`/api/v1/topology${query}`));
  return nodes.find(({ name }) => name === 'cart')?.health;
};

interface Told {
  readonly event: string;
  readonly id?: string;
  readonly data: string;
}

/** Server-sent events as a page reads them. */
async function* listen(path: string, headers: Record<string, string> = {}): AsyncGenerator<Told> {
  const stop = new AbortController();
  const response = await asked.get(path, { headers, signal: stop.signal });
  let text = '';
  let id: string | undefined;
  try {
    if (response.body === null) return;
    const decoder = new TextDecoder();
    for await (const part of response.body) {
      text += decoder.decode(part as Uint8Array, { stream: true }); // fetch gives bytes
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const fields = new Map(
          text
            .slice(0, end)
            .split('\n')
            .map((line) => [line.split(': ', 1)[0] ?? '', line.slice(line.indexOf(': ') + 2)]),
        );
        text = text.slice(end + 2);
        id = fields.get('id') ?? id;
        yield { event: fields.get('event') ?? '', ...(id !== undefined && { id }), data: fields.get('data') ?? '' };
      }
    }
  } finally {
    stop.abort();
  }
}

/** The next event that is told to a page. */
async function next(stream: AsyncGenerator<Told>): Promise<Told> {
  for (;;) {
    const { value, done } = await stream.next();
    if (done) throw new Error('the stream ended');
    if (value.event !== '') return value;
  }
}

describe('now', () => {
  it('a change told on the road is in the next answer, before any state chunk is filed', async () => {
    expect(await healthOf()).toBe('well');
    await world.tell([turned(pod, NOW, broken), turned(deployment, NOW, broken)]);
    expect(await healthOf()).toBe('broken');
    await world.tell([gone(deployment, NOW), ...cart.slice(1).map((one) => gone(one, NOW))]);
    expect(await healthOf()).toBeUndefined();
  });

  it('five seconds ago is before what came since', async () => {
    await healthOf();
    await world.tell([turned(deployment, NOW - 3_000, broken)]);
    expect(await healthOf(`?at=${iso(NOW - 5_000)}`)).toBe('well');
    expect(await healthOf(`?at=${iso(NOW - 2_000)}`)).toBe('broken');
  });

  it('a chunk signed by a key that is not enrolled changes nothing', async () => {
    await world.tell([turned(deployment, NOW, broken)], makeKey());
    expect(await healthOf()).toBe('well');
  });

  it('a tail in trouble is said in the coverage', async () => {
    world.transport.breakDown('Kafka cannot be reached');
    const { coverage } = topologySchema.parse(await asked.ask('/api/v1/topology'));
    expect(coverage).toMatchObject({
      complete: false,
      gaps: [{ signal: 'state', reason: 'the last seconds may be missing: Kafka cannot be reached' }],
    });
  });
});

describe('the stream', () => {
  it('tells an open page what changed since it read the map, though it listened only later', async () => {
    await asked.ask('/api/v1/topology?level=workload');
    await world.tell([turned(deployment, NOW, broken)]);
    const stream = listen('/api/v1/topology/stream?level=workload');
    const told = await next(stream);
    expect(told.event).toBe('topology');
    const delta = topologyDeltaSchema.parse(JSON.parse(told.data));
    expect(delta.upserted.nodes.map(({ name, health }) => [name, health])).toEqual([['cart', 'broken']]);
    await stream.return(undefined);
  });

  it('is taken up by its last id: what was missed is told, nothing twice', async () => {
    const first = listen('/api/v1/topology/stream');
    await first.next();
    await world.tell([turned(deployment, NOW, broken)]);
    const { id } = await next(first);
    await first.return(undefined);
    await world.tell([turned(deployment, NOW, {})]);
    const again = listen('/api/v1/topology/stream', { 'Last-Event-ID': id ?? '' });
    const told = await next(again);
    expect(told.id).not.toBe(id);
    expect(topologyDeltaSchema.parse(JSON.parse(told.data)).upserted.nodes[0]?.health).toBe('well');
    await again.return(undefined);
  });

  it('an id of another start, or one too old, is answered with resync', async () => {
    const stream = listen('/api/v1/topology/stream', { 'Last-Event-ID': 'deadbeef-3' });
    expect((await next(stream)).event).toBe('resync');
    await stream.return(undefined);
  });

  it('keeps a bounded number of steps', () => {
    const graph = (health: 'well' | 'broken') => ({ nodes: [{ id: 'x', health } as never], edges: [] });
    const line = channel(graph('well'));
    for (let i = 0; i < 500; i++) line.move(graph(i % 2 ? 'well' : 'broken'), NOW);
    expect(line.after(499)).toHaveLength(1);
    expect(line.after(500)).toEqual([]);
    expect(line.after(1)).toBeUndefined();
    expect(line.after(501)).toBeUndefined();
  });

  it('a page that does not read gets one resync and loses the rest, until it has caught up', () => {
    const written: string[] = [];
    let waiting = 0;
    const once = vi.fn();
    const client = sseClient(
      {
        write: (text: string) => written.push(text) > 0,
        end: vi.fn(),
        once,
        destroyed: false,
        get writableLength() {
          return waiting;
        },
      } as never,
      100,
    );
    client.send({ event: 'topology', id: 'a-1', data: 1 });
    waiting = 200;
    for (let i = 2; i < 10; i++) client.send({ event: 'topology', id: `a-${i}`, data: i });
    expect(written.map((text) => /event: (\w+)/.exec(text)?.[1])).toEqual(['topology', 'resync']);
    waiting = 0;
    once.mock.calls.find(([name]) => name === 'drain')?.[1]();
    client.send({ event: 'topology', id: 'a-10', data: 10 });
    expect(written).toHaveLength(3);
  });

  it('a new workload appears', async () => {
    const stream = listen('/api/v1/topology/stream?namespace=shop');
    await stream.next();
    await world.tell(workload('mailer', 1).map((one) => born(one, NOW)));
    const delta = topologyDeltaSchema.parse(JSON.parse((await next(stream)).data));
    expect(delta.upserted.nodes.map(({ name }) => name)).toEqual(['mailer']);
    await stream.return(undefined);
  });
});
