// What was seen, per signal and kind: spans that grow while all is well, told every ten seconds.

import type { CoverageRecord, Signal } from '@mosaic/wire';

export interface Covering {
  readonly signal: Signal;
  /** `apps/v1/Deployment`; empty for signals that have none. */
  readonly kind?: string;
  /** Default: where the last one ended. */
  readonly from?: number;
  readonly to: number;
  readonly state: CoverageRecord['state'];
  readonly reason?: string;
}

export type Told = Pick<CoverageRecord, 'signal' | 'kind' | 'from' | 'coveredTo' | 'state' | 'reason'>;

export interface CoverageBook {
  /** Answers the span that this one ends, when it is of another state. */
  cover(covering: Covering): Told | undefined;
  /** Every span that has grown since it was told last. */
  told(): Told[];
  /** All that is watched says goodbye. */
  stop(at: number, reason: string): Told[];
}

interface Open {
  readonly signal: Signal;
  readonly kind: string;
  state: CoverageRecord['state'];
  reason: string | undefined;
  from: number;
  to: number;
  isTold: boolean;
}

export function coverageBook(): CoverageBook {
  const spans = new Map<string, Open>();

  const cover = ({ signal, kind = '', from, to, state, reason }: Covering): Told | undefined => {
    const key = `${signal}\n${kind}`;
    const open = spans.get(key);
    if (open === undefined) {
      spans.set(key, { signal, kind, state, reason, from: Math.min(from ?? to, to), to, isTold: false });
      return undefined;
    }
    const begins = Math.min(from ?? open.to, to);
    const goesOn = open.state === state && open.reason === reason && begins <= open.to;
    const ended = goesOn || open.isTold ? undefined : take(open);
    if (!goesOn) Object.assign(open, { state, reason, from: begins, to: begins });
    open.to = Math.max(open.to, to);
    open.isTold = false;
    return ended;
  };

  return {
    cover,
    told: () => [...spans.values()].filter(({ isTold }) => !isTold).map(take),
    stop(at, reason) {
      const before = [...spans.values()].filter(({ isTold }) => !isTold).map(take);
      const ends = [...spans.values()].filter(({ state }) => state === 'watching');
      return [
        ...before,
        ...ends.map(({ signal, kind }) => ({
          signal,
          kind,
          from: at,
          coveredTo: at,
          state: 'stopped' as const,
          reason,
        })),
      ];
    },
  };
}

/** The next record of the span begins where this one ended. */
function take(open: Open): Told {
  const { signal, kind, state, reason, from, to } = open;
  open.from = to;
  open.isTold = true;
  return { signal, kind, from, coveredTo: to, state, ...(reason !== undefined && { reason }) };
}
