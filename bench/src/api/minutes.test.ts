import { nodeCompression } from '@mosaic/runtime';
import { memoryStore } from '@mosaic/store';
import { edgeSpan } from '@mosaic/topology';
import { MINUTE_MS, SHARDS, sealChunk, shardOf, writeSlims } from '@mosaic/wire';
import { expect, test } from 'vitest';
import { syntheticCluster } from '../synthetic.ts';
import { tellEdges } from './minutes.ts';

const END = Date.UTC(2026, 10, 21, 12, 40);

test('each minute has as many edges as were wished, between pods of two workloads, and each moment told has five', async () => {
  const store = memoryStore({ compression: nodeCompression, now: () => END });
  const { id } = await store.clusters.enrol({ name: 'bench', kind: 'kubernetes' });
  const at = END - 30 * MINUTE_MS;
  const shards = Map.groupBy(syntheticCluster(400), ({ namespace }) => shardOf(namespace));
  for (let shard = 0; shard < SHARDS; shard++) {
    const about = { signal: 'state', cluster: id, source: 'a', boot: 'b', epoch: 1, seq: shard + 1, count: 1 } as const;
    const checkpoint = { at, shard, shards: SHARDS, watermark: 0 };
    const header = { ...about, t0: at, t1: at, sealedAt: at, checkpoint };
    await store.state.file(sealChunk({ header, body: writeSlims(shards.get(shard) ?? []) }, nodeCompression), at);
  }
  const told = await tellEdges(store, id, { end: END, minutes: 8, perMinute: 50 });
  const { objects } = await store.state.at(id, at + 1);
  for (const instant of [told.from, told.to]) {
    const minutes = await store.edges.between(id, edgeSpan(instant));
    expect(minutes.map(({ edges }) => edges.length)).toEqual([50, 50, 50, 50, 50]);
    for (const { from, to } of minutes[0]?.edges ?? [])
      expect(objects.get(from.uid ?? '')?.owner).not.toBe(objects.get(to.uid ?? '')?.owner);
  }
});
