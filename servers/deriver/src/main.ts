// The entry of the deriver: dist/deriver.mjs.

import { runProcess } from '@mosaic/runtime';
import { deriverSettings } from './settings.ts';
import { startDeriver } from './start.ts';

runProcess({
  name: 'deriver',
  version: '0.1.0',
  purpose: 'what follows from what was seen',
  settings: deriverSettings,
  async start(settings, log, traced) {
    const { url, stop } = await startDeriver(settings, log, traced);
    return { stop, ready: { url, store: settings.STORE } };
  },
});
