// `manifestr`: how long the command takes to start, and a thousand templates.

import { fileURLToPath } from 'node:url';
import { type Figures, measure } from '@mosaic/manifestr';
import { type Bench, rounded } from './bench.ts';

/** From dist/, where the benches run. */
const COMMAND = fileURLToPath(new URL('../manifestr/bin/manifestr.mjs', import.meta.url));

export const manifestr: Bench = {
  async run({ isQuick, tell, row }) {
    const rounds = isQuick ? 1 : 5;
    const measured: Figures[] = [];
    for (let i = 0; i < rounds; i++) {
      measured.push(measure(COMMAND));
      tell(`round ${i + 1} of ${rounds}`);
    }
    const best = (of: (one: Figures) => number): number => rounded(Math.min(...measured.map(of)));
    row({ start_ms: best(({ startMs }) => startMs), thousand_templates_ms: best((one) => one.thousandTemplatesMs) });
  },
};
