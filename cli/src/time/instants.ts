// Instants as people write them, for a command line: what cannot be read, or could be two, is a question that cannot be understood.

import { type Here, NotAnInstant, RefusedInstant as Refused, readInstant as read } from '@mosaic/wire/written';
import { RefusedInstant, UsageError } from '../exit.ts';

export type { Here } from '@mosaic/wire/written';

/** Epoch ms. Throws `UsageError` for what is none, has not been yet, never was (clocks went forward) or could be another. */
export function readInstant(text: string, here: Here): number {
  try {
    return read(text, here);
  } catch (error) {
    if (error instanceof Refused) throw new RefusedInstant(error.message, { cause: error });
    if (error instanceof NotAnInstant) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
