// A store that is away is waited for without end; a message it chokes on is tried a few times and then set aside, or it would block its partition.

import { CannotWrite } from '@mosaic/store';
import type { Delivery } from '@mosaic/transport';
import { Unavailable } from '@mosaic/wire';

const MOST_TRIES = 4;
/** Messages that failed lately; far more than are ever in flight. */
const MOST_REMEMBERED = 10_000;

export interface Patience {
  /** Whether this failure is the message's own and it has been tried enough. */
  isOver(delivery: Delivery, error: unknown): boolean;
  /** It went well after all. */
  forget(delivery: Delivery): void;
}

export function patience(): Patience {
  const tries = new Map<string, number>();
  const keyOf = ({ topic, partition, offset }: Delivery): string => `${topic}/${partition}/${offset}`;
  return {
    isOver(delivery, error) {
      if (error instanceof Unavailable || error instanceof CannotWrite) return false;
      const tried = (tries.get(keyOf(delivery)) ?? 0) + 1;
      if (tries.size >= MOST_REMEMBERED) tries.clear();
      tries.set(keyOf(delivery), tried);
      return tried >= MOST_TRIES;
    },
    forget: (delivery) => void (tries.size > 0 && tries.delete(keyOf(delivery))),
  };
}
