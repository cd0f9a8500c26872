// The entry of the receiver: dist/receiver.mjs.

import { runProcess } from '@mosaic/runtime';
import { receiverSettings } from './settings.ts';
import { startReceiver } from './start.ts';

runProcess({
  name: 'receiver',
  version: '0.1.0',
  purpose: 'transport → store, and the intakes of other senders',
  settings: receiverSettings,
  async start(settings, log, traced) {
    const { url, stop } = await startReceiver(settings, log, traced);
    return { stop, ready: { url, store: settings.STORE } };
  },
});
