// `ui`: the page's figures in headless Chromium, on the page as it is built and shipped.

import type { Bench } from '../bench.ts';
import { mapScene } from './map-scene.ts';
import { launch } from './watched-page.ts';

const MAPS = [
  [5_000, 7_500],
  [10_000, 15_000],
] as const;

export const ui: Bench = {
  async run(context) {
    const browser = await launch();
    try {
      for (const [nodes, edges] of MAPS) {
        const share = context.isQuick ? 0.1 : 1;
        await mapScene(context, browser, nodes * share, edges * share);
      }
    } finally {
      await browser.close();
    }
  },
};
