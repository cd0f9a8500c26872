// Leader election through a Lease: several agents of one cluster stand ready, one watches.

import {
  Conflict,
  KubeError,
  type LiveSource,
  type Manifest,
  numberAt,
  type ResourceType,
  textAt,
  valueAt,
} from '@mosaic/kat';
import type { Clock, Log } from '@mosaic/runtime';

export interface LeaderOptions {
  readonly source: Pick<LiveSource, 'get' | 'create' | 'replace'>;
  readonly namespace: string;
  /** Unique per process. */
  readonly identity: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Leadership {
  /** Aborts when it is lost. */
  readonly lost: AbortSignal;
  /** Gives it up, so that another need not wait. */
  resign(): Promise<void>;
}

const LEASE = 'mosaic-agent';
const LASTS_S = 15;
const RENEW_EVERY_MS = 4_000;
/** A leader that could not renew for so long stops before anybody else may begin. */
const GIVES_UP_AFTER_MS = 11_000;
const TRY_EVERY_MS = 3_000;

const LEASES: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  resource: 'leases',
  namespaced: true,
  verbs: ['get', 'create', 'update'],
};

/** Resolves when this agent leads; undefined when `signal` aborted first. */
export async function lead(options: LeaderOptions, signal: AbortSignal): Promise<Leadership | undefined> {
  const { clock, log, identity } = options;
  let seen: { readonly text: string; readonly at: number } | undefined;
  while (!signal.aborted) {
    try {
      const lease = await options.source.get(LEASES, options.namespace, LEASE);
      const text = `${textAt(lease, 'spec', 'holderIdentity')} ${textAt(lease, 'spec', 'renewTime')}`;
      if (seen?.text !== text) seen = { text, at: clock.now() };
      // Whether it ran out is judged by our own clock since we saw it change: the holder's may be wrong.
      const isFree = lease === undefined || isOver(lease, identity) || clock.now() - seen.at > lastsOf(lease) * 1000;
      if (isFree && (await write(options, lease, true))) {
        log.notice('leading', { identity });
        return hold(options, signal);
      }
    } catch (error) {
      log.warn('leader election failed', { error });
    }
    await clock.sleep(TRY_EVERY_MS, signal);
  }
  return undefined;
}

const isOver = (lease: Manifest, identity: string): boolean => {
  const holder = textAt(lease, 'spec', 'holderIdentity');
  return holder === undefined || holder === identity;
};
const lastsOf = (lease: Manifest): number => numberAt(lease, 'spec', 'leaseDurationSeconds') ?? LASTS_S;

/** False when somebody else was first. */
async function write(options: LeaderOptions, lease: Manifest | undefined, holds: boolean): Promise<boolean> {
  const { source, namespace, identity, clock } = options;
  const now = new Date(clock.now()).toISOString().replace('Z', '000Z'); // MicroTime
  const isOurs = textAt(lease, 'spec', 'holderIdentity') === identity;
  const transitions = (numberAt(lease, 'spec', 'leaseTransitions') ?? 0) + (isOurs ? 0 : 1);
  const acquired = isOurs ? (valueAt(lease, 'spec', 'acquireTime') ?? now) : now;
  const spec = {
    holderIdentity: holds ? identity : '',
    leaseDurationSeconds: holds ? LASTS_S : 1,
    acquireTime: acquired,
    renewTime: now,
    leaseTransitions: transitions,
  };
  try {
    if (lease) await source.replace(LEASES, { ...lease, spec });
    else {
      const metadata = { name: LEASE, namespace } as Manifest['metadata']; // the server gives the uid
      await source.create(LEASES, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec });
    }
    return true;
  } catch (error) {
    if (error instanceof Conflict || (error instanceof KubeError && error.reason === 'AlreadyExists')) return false;
    throw error;
  }
}

function hold(options: LeaderOptions, signal: AbortSignal): Leadership {
  const { source, namespace, identity, clock, log } = options;
  const lost = new AbortController();
  const ended = AbortSignal.any([signal, lost.signal]);
  let renewedAt = clock.now();
  const renewing = (async () => {
    for (;;) {
      await clock.sleep(RENEW_EVERY_MS, ended);
      if (ended.aborted) return;
      try {
        const lease = await source.get(LEASES, namespace, LEASE);
        const isOurs = lease !== undefined && textAt(lease, 'spec', 'holderIdentity') === identity;
        if (!isOurs || !(await write(options, lease, true))) break;
        renewedAt = clock.now();
      } catch (error) {
        log.warn('leadership was not renewed', { error });
        if (clock.now() - renewedAt > GIVES_UP_AFTER_MS) break;
      }
    }
    log.warn('leadership is lost', { identity });
    lost.abort();
  })();
  return {
    lost: lost.signal,
    async resign() {
      const isLost = lost.signal.aborted;
      lost.abort();
      await renewing;
      if (isLost) return;
      try {
        const lease = await source.get(LEASES, namespace, LEASE);
        if (lease && textAt(lease, 'spec', 'holderIdentity') === identity) await write(options, lease, false);
      } catch (error) {
        log.info('the Lease was not given up; it runs out by itself', { error });
      }
    },
  };
}
