// `ui`: the page's figures in headless Chromium, on the page as it is built and shipped.

import type { Bench } from '../bench.ts';
import { liveScene } from './live-scene.ts';
import { loadScene } from './load-scene.ts';
import { logsScene } from './logs-scene.ts';
import { mapScene } from './map-scene.ts';
import { startProduct } from './product.ts';
import { scrubScene } from './scrub-scene.ts';
import { launch } from './watched-page.ts';

const MAPS = [
  [5_000, 7_500],
  [10_000, 15_000],
] as const;

const OBJECTS = 15_000;
const CHANGES_PER_S = 20;
/** `MOSAIC_BENCH_SCENES=map,logs` measures only those. */
const SCENES = ['map', 'live', 'logs', 'load', 'scrub'];

export const ui: Bench = {
  async run(context) {
    const wanted = new Set((process.env.MOSAIC_BENCH_SCENES ?? SCENES.join()).split(','));
    const share = context.isQuick ? 0.1 : 1;
    const browser = await launch();
    const needsProduct = wanted.has('load') || wanted.has('scrub');
    // first, so that it has a past by the time it is asked about it
    const product = needsProduct ? await startProduct(OBJECTS * share, CHANGES_PER_S) : undefined;
    try {
      if (product !== undefined && wanted.has('load')) await loadScene(context, browser, product);
      if (wanted.has('map'))
        for (const [nodes, edges] of MAPS) await mapScene(context, browser, nodes * share, edges * share);
      if (wanted.has('live')) await liveScene(context, browser);
      if (wanted.has('logs')) await logsScene(context, browser);
      if (product !== undefined && wanted.has('scrub')) await scrubScene(context, browser, product);
    } finally {
      await browser.close();
      await product?.stop();
    }
  },
};
