// What the questions throw, as Kubernetes clients read it.

import { gone, StatusError } from '@mosaic/apiserver';
import { NotKept } from '@mosaic/store';
import { Unavailable } from '@mosaic/wire';
import { Refused } from '../asking/problem.ts';

const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  404: 'NotFound',
  410: 'Expired',
  422: 'Invalid',
  429: 'TooManyRequests',
  503: 'ServiceUnavailable',
};

/** Anything else stays what it is: the face answers it with a 500. */
export function asStatus(error: unknown): unknown {
  if (error instanceof NotKept) return gone(`${error.message}; ask for an instant from then on`);
  if (error instanceof Unavailable)
    return new StatusError(503, 'ServiceUnavailable', error.message, {
      retryAfterSeconds: Math.ceil(error.retryAfterMs / 1000),
    });
  if (error instanceof Refused)
    return new StatusError(error.status, REASONS[error.status] ?? 'InternalError', error.message, {});
  return error;
}

export async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asStatus(error);
  }
}
