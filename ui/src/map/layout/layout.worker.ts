// The layout off the main thread: one question, one answer, in order.

import { layout } from './layout.ts';
import type { LayoutInput } from './types.ts';

self.addEventListener('message', (event: MessageEvent<{ turn: number; input: LayoutInput }>) => {
  const { turn, input } = event.data;
  self.postMessage({ turn, layout: layout(input) });
});
