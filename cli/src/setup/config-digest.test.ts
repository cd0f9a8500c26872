import { type Json, recordAt, textAt } from '@mosaic/kat';
import { expect, test } from 'vitest';
import { CONFIG_DIGEST } from './config-digest.ts';
import { render } from './trees.ts';

/** By kind and name; of what bears one. */
async function digests(wishes: Json): Promise<Readonly<Record<string, string | undefined>>> {
  const { pieces } = await render('servers', wishes);
  return Object.fromEntries(
    pieces.flatMap(({ object }) => {
      const annotations = recordAt(recordAt(recordAt(recordAt(object, 'spec'), 'template'), 'metadata'), 'annotations');
      const digest = textAt(annotations, CONFIG_DIGEST);
      return digest === undefined ? [] : [[`${object.kind} ${object.metadata.name}`, digest] as const];
    }),
  );
}

test('pods whose configuration changed are replaced, and no others', async () => {
  const [before, after] = await Promise.all([digests({}), digests({ kafka: { retentionHours: 48 } })]);
  expect(Object.keys(before).sort()).toEqual([
    ...['Job mosaic-kafka-acls', 'StatefulSet mosaic-cassandra', 'StatefulSet mosaic-kafka'],
  ]);
  expect(after).toEqual({ ...before, 'StatefulSet mosaic-kafka': expect.stringMatching(/^[0-9a-f]{16}$/) });
  expect(after['StatefulSet mosaic-kafka']).not.toBe(before['StatefulSet mosaic-kafka']);
});

test('a Job whose script changed is another, so that what it says is said again', async () => {
  const agents = [
    { principal: 'mosaic-agent-1', clusterId: 1 },
    { principal: 'mosaic-agent-2', clusterId: 2 },
  ];
  const [before, after] = await Promise.all([digests({}), digests({ kafka: { agents } })]);
  expect(after).toEqual({ ...before, 'Job mosaic-kafka-acls': expect.any(String) });
  expect(after['Job mosaic-kafka-acls']).not.toBe(before['Job mosaic-kafka-acls']);
});
