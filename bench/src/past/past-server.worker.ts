// The API over a filled store in a process of its own, so that its memory is its alone. Tells its parent where it is, and what it cost when asked.

import { createApi } from '@mosaic/api';
import { nodeCompression, silentLog } from '@mosaic/runtime';
import { embeddedStore } from '@mosaic/store';
import { inProcessTransport } from '@mosaic/transport';

const LOOK_MS = 100;
const QUIET_MS = 1_000;
const IDLE_SHARE = 0.1;
const MOST_WAIT_MS = 120_000;

let peak = 0;
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, LOOK_MS);

const [folder = ''] = process.argv.slice(2);
const store = await embeddedStore({ folder, compression: nodeCompression });
const api = await createApi({
  ...{ store, transport: inProcessTransport(), compression: nodeCompression, log: silentLog, version: 'bench' },
  settings: { host: '127.0.0.1', port: 0, adapter: 'embedded' },
});
const url = await api.listen(0);
await quiet();
process.send?.({ url });
process.on('message', (asked) => {
  const { user, system } = process.cpuUsage();
  process.send?.({ peak: Math.max(peak, process.memoryUsage.rss()), spentMs: (user + system) / 1000 });
  if (asked === 'peak') peak = 0;
});
process.once('disconnect', () => process.exit(0));

/** At a start the API reads the day for its time bar: what is measured begins after that. */
async function quiet(): Promise<void> {
  for (let waited = 0; waited < MOST_WAIT_MS; waited += QUIET_MS) {
    const before = process.cpuUsage();
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1000 < QUIET_MS * IDLE_SHARE) return;
  }
}
