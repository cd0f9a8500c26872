// Lines as a shop's services write them: JSON, access logs and plain ones, of several levels. Deterministic.

import { seeded } from '../bench.ts';

export interface Workload {
  readonly name: string;
  readonly namespace: string;
  /** One more line of it. */
  readonly say: (random: () => number, at: number) => string;
}

const PATHS = [
  '/cart',
  '/checkout',
  '/catalog/items',
  '/orders',
  '/healthz',
  '/search',
  '/profile',
  '/payments/confirm',
];
const USERS = ['anna', 'boris', 'chen', 'dana', 'emil', 'farah', 'goran', 'hana'];
const FAULTS = ['connection refused', 'deadline exceeded', 'no such order', 'card declined', 'stale cursor'];

const of = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)] as T; // never empty
const id = (random: () => number): string =>
  Math.floor(random() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0');

/** About 200 bytes. */
const json: Workload['say'] = (random, at) => {
  const level = levelOf(random());
  return JSON.stringify({
    ts: new Date(at).toISOString(),
    level,
    logger: `shop.${of(['http', 'db', 'cache'], random)}`,
    msg: level === 'error' ? `request failed: ${of(FAULTS, random)}` : 'request handled',
    path: of(PATHS, random),
    user: of(USERS, random),
    trace: `${id(random)}${id(random)}`,
    status: level === 'error' ? 502 : 200,
    ms: Math.floor(random() * 400),
  });
};

const access: Workload['say'] = (random, at) =>
  `10.2.${Math.floor(random() * 4)}.${Math.floor(random() * 250)} - ${of(USERS, random)} [${new Date(at).toISOString()}] "GET ${of(PATHS, random)}?page=${Math.floor(random() * 30)} HTTP/1.1" ${random() < 0.02 ? 503 : 200} ${Math.floor(random() * 60_000)} "-" "shop/2.1"`;

const plain: Workload['say'] = (random) => {
  const level = levelOf(random());
  if (level === 'error')
    return `ERROR order ord-${id(random)} not stored: ${of(FAULTS, random)}, retry in ${Math.floor(random() * 30)}s`;
  if (level === 'warn')
    return `WARN pool of ${of(['db', 'cache'], random)} has ${Math.floor(random() * 10)} of 50 connections left`;
  return `INFO order ord-${id(random)} stored in ${Math.floor(random() * 90)} ms for ${of(USERS, random)}`;
};

function levelOf(roll: number): 'debug' | 'info' | 'warn' | 'error' {
  if (roll < 0.01) return 'error';
  if (roll < 0.04) return 'warn';
  return roll < 0.2 ? 'debug' : 'info';
}

const STYLES = [json, access, plain];

/** Each writes in one style. */
export const workloads = (count: number): Workload[] =>
  Array.from({ length: count }, (_, n) => ({
    name: `${['cart', 'checkout', 'orders', 'payments', 'search', 'mailer'][n % 6]}-${Math.floor(n / 6)}`,
    namespace: `team-${n % 4}`,
    say: STYLES[n % STYLES.length] as Workload['say'], // within the list
  }));

/** `count` lines of all of them, in turn. */
export function syntheticLines(count: number, seed = 7): string[] {
  const random = seeded(seed);
  const all = workloads(12);
  const began = Date.UTC(2026, 10, 21, 3);
  return Array.from({ length: count }, (_, n) => (all[n % all.length] as Workload).say(random, began + n)); // within the list
}
