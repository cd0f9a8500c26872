// The agent's side of phase C: chunks sealed beforehand, signed live, through the agent's own spool and publisher to Kafka.

import { keyAt, silentLog, systemClock } from '@mosaic/runtime';
import { kafkaTransport } from '@mosaic/transport';
import { nodeSource, readHeader } from '@mosaic/wire';
import { sending } from '../../../agents/node/src/agent/sending.ts';
import type { PhaseOptions, PhaseTold } from './phase.worker.ts';
import { readSealed, replaying } from './sealed-set.ts';

/** What waits at most before more is made: as much as the spool keeps at hand, so that no chunk is read back from disk. */
const MOST_SPOOLED_BYTES = 6 * 1024 * 1024;
const TELL_EVERY_MS = 200;
const GIVE_UP_MS = 600_000;

export async function replay(options: PhaseOptions, tell: (told: PhaseTold) => void): Promise<void> {
  const { sealed, repeats, name, cluster, brokers, keyFile, folder } = options;
  const set = readSealed(sealed);
  const transport = kafkaTransport({ brokers, clientId: name });
  const { compression, stand } = replaying();
  const startedAt = Date.now();
  let boot = '';
  let acknowledged = 0;
  let spooled = 0;
  const out = await sending({
    ...{
      cluster,
      node: name,
      dir: folder,
      signer: await keyAt(keyFile),
      compression,
      clock: systemClock,
      log: silentLog,
      heldUntil: () => 0,
    },
    transport: {
      async publish(topic, messages) {
        await transport.publish(topic, messages);
        const logs = messages.map(({ value }) => readHeader(value)).filter(({ signal }) => signal === 'logs');
        const own = logs.filter(({ epoch }) => epoch >= startedAt); // others were left by an earlier life
        boot = own[0]?.boot ?? boot;
        acknowledged += own.length;
      },
    },
  });
  const wanted = set.length * repeats;
  const telling = setInterval(() => {
    if (boot !== '') tell({ underWay: { source: nodeSource(name), boot, spooled, acknowledged } });
  }, TELL_EVERY_MS);
  for (let round = 0; round < repeats; round++)
    for (const part of set) {
      while (out.stats().spool.bytes > MOST_SPOOLED_BYTES) await new Promise((resolve) => setTimeout(resolve, 5));
      await out.send(part.parts, { body: stand(part) });
      spooled++;
    }
  for (const until = Date.now() + GIVE_UP_MS; acknowledged < wanted && Date.now() < until; )
    await new Promise((resolve) => setTimeout(resolve, 20));
  clearInterval(telling);
  const bytes = repeats * set.reduce((sum, { body }) => sum + body.length, 0);
  const lines = repeats * set.reduce((sum, { parts }) => sum + parts.count, 0);
  tell({ sent: { source: nodeSource(name), boot, chunks: wanted, startedAt, bytes, lines } });
  await out.stop('the bench is over');
  await transport.close();
}
