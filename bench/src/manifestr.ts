// `manifestr`: how long the command takes to start, and a thousand templates.

import { measure } from '@mosaic/manifestr';
import { type Bench, rounded } from './bench.ts';

export const manifestr: Bench = {
  async run({ isQuick, tell, row }) {
    const rounds = isQuick ? 1 : 5;
    const measured = [];
    for (let i = 0; i < rounds; i++) {
      measured.push(await measure());
      tell(`round ${i + 1} of ${rounds}`);
    }
    const best = (of: (one: (typeof measured)[number]) => number): number => rounded(Math.min(...measured.map(of)));
    row({ start_ms: best(({ startMs }) => startMs), thousand_templates_ms: best((one) => one.thousandTemplatesMs) });
  },
};
