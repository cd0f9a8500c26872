// What an agent may have seen, for tests.

import type { Revision, Slim, SlimDelta } from '@mosaic/wire';
import { dynamicOf, staticOf } from '@mosaic/wire';

export const AT = Date.UTC(2026, 10, 21, 12);
export const uidOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export function slim(n: number, change: Partial<Slim> = {}): Slim {
  const names = { uid: uidOf(n), kind: 'Pod', apiVersion: 'v1', namespace: 'shop', name: `checkout-${n}` };
  const what = { labels: {}, links: [], images: [], createdAt: AT, hostNetwork: false, addresses: [] };
  return { ...names, ...what, health: 'well', reasons: [], containers: [], rv: n, ...change };
}

/** First told of in this epoch: both parts. */
export const told = (object: Slim, at: number): SlimDelta => ({
  uid: object.uid,
  at,
  gone: false,
  is: staticOf(object),
  how: dynamicOf(object),
});
export const moved = (object: Slim, at: number): SlimDelta => ({
  uid: object.uid,
  at,
  gone: false,
  how: dynamicOf(object),
});
export const gone = (n: number, at: number): SlimDelta => ({ uid: uidOf(n), at, gone: true });

export function revision(n: number, change: Partial<Revision> = {}): Revision {
  const names = { uid: uidOf(n), kind: 'Deployment', apiVersion: 'apps/v1', namespace: 'shop', name: 'checkout' };
  const kept = { enc: 0, body: new Uint8Array(2), inflated: 2 } as const;
  return { ...names, at: AT, rv: n, op: 'modify', ...kept, diff: [], createdAt: AT - 60_000, ...change };
}
