import { nodeCompression } from '@mosaic/runtime';
import { memoryStore } from '@mosaic/store';
import { agentMark, type ChunkHeader } from '@mosaic/wire';
import { expect, test } from 'vitest';
import { agentNotes } from './agents.ts';

const AT = Date.UTC(2026, 10, 21, 12);
const MIB = 1024 * 1024;
const header = (version: string, spoolBytes: number): ChunkHeader => ({
  ...{ signal: 'coverage', cluster: 7, source: 'cluster-agent', boot: 'b', epoch: 1, seq: 1 },
  ...{ t0: AT, t1: AT, sealedAt: AT, count: 0, agent: { version, spoolBytes } },
});

test('the newest word of an agent is kept; the same again is not written again', async () => {
  const store = memoryStore({ compression: nodeCompression });
  let writes = 0;
  const note = agentNotes({
    marks: {
      ...store.marks,
      set: (name, text) => {
        writes++;
        return store.marks.set(name, text);
      },
    },
  });
  const said = async () => JSON.parse((await store.marks.get(agentMark(7, 'cluster-agent'))) ?? 'null');
  await note(header('1.0.0', 0), AT);
  for (let second = 1; second < 60; second++) await note(header('1.0.0', second * 100), AT + second * 1_000);
  expect([await said(), writes]).toEqual([{ version: '1.0.0', spoolBytes: 100 }, 2]);
  await note(header('1.0.0', 200 * MIB), AT + 60_000);
  expect(await said()).toEqual({ version: '1.0.0', spoolBytes: 200 * MIB });
  await note(header('1.1.0', 200 * MIB), AT + 60_001);
  expect(await said()).toEqual({ version: '1.1.0', spoolBytes: 200 * MIB });
  expect(writes).toBe(4);
});
