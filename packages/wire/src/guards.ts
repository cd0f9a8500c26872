// Rows as they come from outside, looked at one by one: what is wrong with a row is told, and its neighbours go on.

import { MOST_RECORD_BYTES, SIGNALS } from './chunk.ts';
import type { CoverageRecord } from './coverage.ts';
import type { ClusterEvent } from './event.ts';
import { MOST_DIFFS, type Revision } from './revision.ts';

export interface Sifted<T> {
  readonly good: readonly T[];
  readonly bad: readonly { readonly place: number; readonly reason: string }[];
}

/** Names are ≤ 253 in Kubernetes, kinds and groups less; some room for what is not Kubernetes. */
const MOST_NAME_CHARS = 512;
const MOST_TEXT_CHARS = 64 * 1024;
/** The last instant a Date can hold (ECMA-262), epoch ms. */
const LAST_INSTANT = 8.64e15;

/** Rows of which nothing is wrong, and the places and reasons of the others. */
export function sift<T>(rows: readonly T[], faultOf: (row: T) => string | undefined): Sifted<T> {
  const bad: { place: number; reason: string }[] = [];
  const good = rows.filter((row, place) => {
    const reason = faultOf(row);
    if (reason !== undefined) bad.push({ place, reason });
    return reason === undefined;
  });
  return { good, bad };
}

const isText = (value: unknown, most: number): boolean => typeof value === 'string' && value.length <= most;
const isName = (value: unknown): boolean => isText(value, MOST_NAME_CHARS) && value !== '';
const isInstant = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= LAST_INSTANT; // an integer: checked before
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0; // as above

type Check<T> = readonly [field: keyof T & string, expected: string, fits: (value: unknown, row: T) => boolean];

const firstFault =
  <T>(checks: readonly Check<T>[]) =>
  (row: T): string | undefined => {
    for (const [field, expected, fits] of checks) if (!fits(row[field], row)) return `${field}: expected ${expected}`;
    return undefined;
  };

const named = `a name of 1–${MOST_NAME_CHARS} characters`;
const short = `at most ${MOST_NAME_CHARS} characters`;
const instant = 'an instant in epoch ms';
const maybe =
  (fits: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || fits(value);
const isShort = (value: unknown): boolean => isText(value, MOST_NAME_CHARS);

/** What is wrong with a revision: `at: expected an instant in epoch ms`; undefined when nothing is. Its body is not opened. */
export const revisionFault = firstFault<Revision>([
  ['uid', named, isName],
  ['kind', named, isName],
  ['apiVersion', named, isName],
  ['namespace', short, isShort],
  ['name', named, isName],
  ['owner', named, maybe(isName)],
  ['at', instant, isInstant],
  ['createdAt', instant, isInstant],
  ['goneAfter', instant, maybe(isInstant)],
  ['rv', 'a resource version', isCount],
  ['op', 'add, modify or delete', (op) => op === 'add' || op === 'modify' || op === 'delete'],
  ['enc', '0, 1, 2 or 3', (enc) => enc === 0 || enc === 1 || enc === 2 || enc === 3],
  ['enc', 'a body unless it is a delete', (_enc, { enc, body }) => (enc === 3) === (body.length === 0)],
  ['baseAt', 'the instant of the base of encoding 2', (at, { enc }) => enc !== 2 || isInstant(at)],
  ['baseRv', 'the version of the base of encoding 2', (rv, { enc }) => enc !== 2 || isCount(rv)],
  ['inflated', `at most ${MOST_RECORD_BYTES} bytes`, (size) => isCount(size) && (size as number) <= MOST_RECORD_BYTES],
  ['actor', short, maybe(isShort)],
  ['reconstructed', short, maybe(isShort)],
  ['diff', `at most ${MOST_DIFFS} fields with path and op`, isDiff],
]);

function isDiff(diff: unknown): boolean {
  if (!Array.isArray(diff) || diff.length > MOST_DIFFS) return false;
  return diff.every((each: unknown) => {
    if (typeof each !== 'object' || each === null) return false;
    const { path, op } = each as { path?: unknown; op?: unknown }; // an object: checked on the line above
    return isText(path, MOST_TEXT_CHARS) && (op === 'add' || op === 'remove' || op === 'replace');
  });
}

/** What is wrong with an event; undefined when nothing is. */
export const eventFault = firstFault<ClusterEvent>([
  ['uid', named, isName],
  ['at', instant, isInstant],
  ['firstAt', instant, isInstant],
  ['count', 'a count', isCount],
  ['type', short, isShort],
  ['reason', short, isShort],
  ['message', `at most ${MOST_TEXT_CHARS} characters`, (message) => isText(message, MOST_TEXT_CHARS)],
  ['namespace', short, isShort],
  ['kind', short, isShort],
  ['name', short, isShort],
  ['objectUid', short, isShort],
  ['source', short, isShort],
  ['node', short, maybe(isShort)],
]);

/** What is wrong with a coverage record; undefined when nothing is. */
export const coverageFault = firstFault<CoverageRecord>([
  ['source', named, isName],
  ['boot', named, isName],
  ['signal', `one of ${SIGNALS.join(', ')}`, (signal) => (SIGNALS as readonly unknown[]).includes(signal)],
  ['kind', short, isShort],
  ['from', instant, isInstant],
  ['coveredTo', 'an instant at or after from', (to, { from }) => isInstant(to) && (to as number) >= from], // isInstant says it is a number
  ['epoch', 'an epoch', isCount],
  ['sequence', 'a sequence', isCount],
  ['state', 'watching, gap or stopped', (state) => ['watching', 'gap', 'stopped'].includes(state as string)], // compared, not used
  ['reason', `at most ${MOST_TEXT_CHARS} characters`, maybe((reason) => isText(reason, MOST_TEXT_CHARS))],
]);
