// The API over a filled store in a process of its own, so that its memory is its alone. Tells its parent where it is, and its peak when asked.

import { createApi } from '@mosaic/api';
import { nodeCompression, silentLog } from '@mosaic/runtime';
import { embeddedStore } from '@mosaic/store';
import { inProcessTransport } from '@mosaic/transport';

const LOOK_MS = 20;

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
process.send?.({ url: await api.listen(0) });
process.on('message', (asked) => {
  if (asked === 'memory') {
    process.send?.({ peak, heap: process.memoryUsage() });
    peak = process.memoryUsage.rss();
  }
});
process.once('disconnect', () => process.exit(0));
