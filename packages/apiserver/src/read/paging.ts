// Pages of one snapshot: the token remembers which snapshot and behind which object.
import { badRequest, type KubeObject, StatusError } from '../port.ts';
import { byPlace } from './listing-order.ts';

export interface Place {
  readonly resourceVersion: string;
  readonly namespace: string;
  readonly name: string;
}

/** What a token says of the last object of a page. */
export type Last = Pick<KubeObject['metadata'], 'namespace' | 'name'>;

const MOST_TOKEN_CHARS = 2_048;

export const tokenFor = (resourceVersion: string, last: Last): string =>
  Buffer.from(
    JSON.stringify({ v: 'mosaic/1', rv: resourceVersion, after: [last.namespace ?? '', last.name] }),
  ).toString('base64url');

/** Throws 400 for a token that is not ours. */
export function placeOf(token: string): Place {
  const { v, rv, after } = token.length > MOST_TOKEN_CHARS ? {} : read(token);
  const [namespace, name] = Array.isArray(after) ? after : [];
  if (v !== 'mosaic/1' || typeof rv !== 'string' || typeof namespace !== 'string' || typeof name !== 'string') {
    throw badRequest('continue key is not valid: it is not one this server gave');
  }
  return { resourceVersion: rv, namespace, name };
}

function read(token: string): { v?: unknown; rv?: unknown; after?: unknown } {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

export const expired = (): StatusError =>
  new StatusError(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
  );

/** Objects behind `place`, in the order of a listing. */
export function behind(items: readonly KubeObject[], place: Place): readonly KubeObject[] {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const object = items[middle];
    if (object !== undefined && byPlace(object.metadata, place) > 0) high = middle;
    else low = middle + 1;
  }
  return items.slice(low);
}
