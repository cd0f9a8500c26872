// `scale`: what more processes bring. Receivers 1 → 2, one that joins and one that dies under load, several APIs, and the headers of a large fleet.

import type { Bench } from '../bench.ts';
import { apis } from './apis.ts';
import { sealing, stateLoad } from './chunks.ts';
import { FLEET, headerPath } from './header-path.ts';
import { receivers } from './receivers.ts';
import { sizes } from './sizes.ts';
import { stage } from './stage.ts';

const OBJECTS = 5_000;
const CLUSTERS_OF_STATE = 32;
/** Of ten minutes, each of so many changed objects. */
const DELTAS = 60;
const CHANGES = 200;
const TEN_MINUTES_MS = 600_000;

export const scale: Bench = {
  async run(context) {
    const { isQuick, tell } = context;
    const made = await stage(isQuick ? 10 : FLEET.clusters, tell);
    try {
      const seal = sealing(made.key, Date.now() - 3_600_000);
      const load = stateLoad(seal, isQuick ? 500 : OBJECTS, isQuick ? 6 : DELTAS, isQuick ? 20 : CHANGES);
      // Five times ten minutes, all of them past.
      const from = Math.floor(Date.now() / TEN_MINUTES_MS) * TEN_MINUTES_MS - 6 * TEN_MINUTES_MS;
      const { newest, left } = await receivers(context, made, load, made.clusters.slice(0, CLUSTERS_OF_STATE), from);
      sizes(context);
      await apis(context, made, newest);
      await headerPath(context, made, seal, load, left, from);
    } finally {
      await made.stop();
    }
  },
};
