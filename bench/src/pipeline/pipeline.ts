// `pipeline`: how much passes from a container's log to the store: encoding alone, everything embedded, everything distributed.

import type { Bench } from '../bench.ts';
import { distributedRow } from './distributed.ts';
import { embeddedRow } from './embedded.ts';
import { encodeRow } from './encode.ts';

export const pipeline: Bench = {
  async run(context) {
    context.tell('encoding');
    encodeRow(context);
    context.tell('embedded');
    await embeddedRow(context);
    context.tell('distributed');
    await distributedRow(context);
  },
};
