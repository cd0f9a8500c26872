// The layout off the main thread: one question, one answer, in order.

import { type LayoutInput, layout } from '@mosaic/topology/layout';

self.addEventListener('message', (event: MessageEvent<{ turn: number; input: LayoutInput }>) => {
  const { turn, input } = event.data;
  self.postMessage({ turn, layout: layout(input) });
});
