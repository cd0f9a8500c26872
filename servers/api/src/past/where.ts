// `/at/{instant}/{cluster}`: which moment of which cluster a path asks about, and how fast its watches replay what came after.

import { badRequest } from '@mosaic/apiserver';
import { INSTANT_EXPECTED, readInstant, rfc3339 } from '../asking/instants.ts';

export interface Where {
  readonly at: number;
  /** Id or name. */
  readonly cluster: string;
  /** What stands before `/api`, as sent. */
  readonly prefix: string;
  /** Seconds of the past in a second of a watch. */
  readonly speed: number;
}

const PLACE = /^\/at\/([^/]+)\/([^/]+)/;
/** A clock a little ahead of ours still means now. */
const AHEAD_MS = 1_000;
const FASTEST = 3_600;

export const isPast = (path: string): boolean => path === '/at' || path.startsWith('/at/');

/** Path as sent, without its query. Throws a 400 that says what was expected. */
export function whereOf(path: string, query: URLSearchParams, now: number): Where {
  const match = PLACE.exec(path);
  if (match === null) throw badRequest('the past is at /at/{instant}/{cluster}: /at/2026-01-31T03:14:20Z/eu-1');
  const [prefix, first = '', second = ''] = match;
  const [instant = '', ...wishes] = decoded(first).split(';');
  return {
    at: instantOf(instant, now),
    cluster: decoded(second),
    prefix,
    speed: speedOf(query.get('speed') ?? speedIn(wishes)),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badRequest('the path of the request is not a valid URL path');
  }
}

function instantOf(text: string, now: number): number {
  const at = readInstant(text, now);
  if (at === undefined) throw badRequest(`${JSON.stringify(text.slice(0, 100))} is not ${INSTANT_EXPECTED}`);
  if (at > now + AHEAD_MS)
    throw badRequest(`${rfc3339(at)} has not been yet: it is ${rfc3339(now)}; ask for a moment of the past`);
  return Math.min(at, now);
}

/** `;speed=60` behind the instant: for clients that cannot add a query parameter. */
function speedIn(wishes: readonly string[]): string | null {
  const wish = wishes.find((each) => each.startsWith('speed='));
  return wish === undefined ? null : wish.slice('speed='.length);
}

function speedOf(text: string | null): number {
  if (text === null || text === '') return 1;
  const speed = Number(text);
  if (!(speed > 0 && speed <= FASTEST))
    throw badRequest(`speed: ${JSON.stringify(text.slice(0, 100))} is not a number above 0 and up to ${FASTEST}`);
  return speed;
}
