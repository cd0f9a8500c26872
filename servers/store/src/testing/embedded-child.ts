// The other process of embedded-faults.test.ts: holds a data folder, or writes to it and tells what was acknowledged.

import { nodeCompression } from '@mosaic/runtime';
import { embeddedStore } from '../adapters/embedded.ts';
import { CONTRACT_NOW, HOUR, revision } from '../contract/values.ts';

const [folder = '', task] = process.argv.slice(2);
const store = await embeddedStore({ folder, compression: nodeCompression, now: () => CONTRACT_NOW });
process.stdout.write('open\n');
if (task === 'write') {
  const { id } = await store.clusters.enrol({ name: 'killed', kind: 'kubernetes' });
  const begin = CONTRACT_NOW - HOUR;
  const write = async (rv: number): Promise<void> => {
    await store.objects.write(id, [revision({ at: begin + rv, rv, json: `{"n":${rv}}` })], begin);
    process.stdout.write(`ack ${rv}\n`);
  };
  for (let rv = 1; rv < 100_000; rv += 3) await Promise.all([write(rv), write(rv + 1), write(rv + 2)]);
} else setInterval(() => {}, 60_000);
