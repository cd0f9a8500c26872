// A client that watches the past and never reads: it is told what its connection holds, and costs nobody else anything.

import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Asked, apiOver, at, emptyWorld, iso, NOW, uidOf, type World } from '../testing.ts';
import { recorded } from './testing.ts';

const SINCE = at(60);
const REVISIONS = 120;
const LARGE = 'x'.repeat(256 * 1024);
const TURNS = 40;

let world: World;
let asked: Asked;
let socket: Socket | undefined;
/** Manifests asked of the store. */
let read = 0;
beforeAll(async () => {
  world = await emptyWorld();
  const { store } = world;
  const uid = uidOf(8_200);
  const large = (n: number) => ({
    ...{ apiVersion: 'v1', kind: 'ConfigMap', data: { text: `${n}${LARGE}` } },
    metadata: { name: 'large', namespace: 'shop', uid, creationTimestamp: iso(SINCE) },
  });
  const steps = Array.from({ length: REVISIONS }, (_, i) => ({ at: at(15) + i, uid, rv: 100 + i, object: large(i) }));
  await recorded(world, SINCE, steps);
  const bodies: typeof store.objects.bodies = (...question) => {
    read++;
    return store.objects.bodies(...question);
  };
  asked = await apiOver({ ...world, store: { ...store, objects: { ...store.objects, bodies } } });
});
afterAll(async () => {
  socket?.destroy();
  await asked.api.close();
});

/** Sent as bytes, and its answers never taken. */
async function deaf(path: string): Promise<Socket> {
  const { hostname, port, host } = new URL(asked.url);
  const made = connect(Number(port), hostname);
  made.pause();
  await new Promise<void>((go) => made.once('connect', go));
  made.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  return made;
}
const turn = () => new Promise((later) => setTimeout(later, 10));

it('a client that never reads is told no more than its connection holds, and others are answered', async () => {
  socket = await deaf(`/at/${iso(at(16))};speed=3600/eu-1/api/v1/configmaps?watch=1`);
  let [before, same] = [-1, 0];
  for (let i = 0; same < TURNS && i < 100 * TURNS; i++) {
    world.clock.now += 10;
    same = read === before && read > 0 ? same + 1 : 0;
    before = read;
    await turn();
  }
  world.clock.now = NOW;
  expect(read).toBeGreaterThan(2);
  expect(read).toBeLessThan(REVISIONS);
  const { items } = (await asked.ask(`/at/${iso(at(14))}/eu-1/api/v1/configmaps`)) as { items: unknown[] }; // a list
  expect(items).toHaveLength(1);
}, 30_000);
