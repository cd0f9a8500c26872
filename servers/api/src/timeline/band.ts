// Ailments → the health band and the incidents of the time bar.

import type { Span, TimelineAnswer } from '@mosaic/wire';
import { rfc3339 } from '../asking/instants.ts';
import type { Ailment } from './health-walk.ts';

type Band = TimelineAnswer['health'];
type Incident = TimelineAnswer['incidents'][number];

/** A roll-out's seconds are no trouble. */
const LEAST_DEGRADED_MS = 60_000;
const LEAST_BROKEN_MS = 15_000;
/** A crash loop is one incident though it is up now and then. */
const SAME_INCIDENT_MS = 5 * 60_000;
const ERRAND_MS = 60_000;
const MOST_INCIDENTS = 200;

const RANK = { none: 0, well: 1, unknown: 2, degraded: 3, broken: 4 } as const;

/** Pieces of one span that the hours cut are one again. */
export function joinPieces(pieces: readonly Ailment[]): Ailment[] {
  const last = new Map<string, { -readonly [K in keyof Ailment]: Ailment[K] }>();
  const whole: Ailment[] = [];
  for (const piece of pieces.toSorted((a, b) => a.from - b.from)) {
    const known = last.get(piece.node);
    if (known !== undefined && known.health === piece.health && piece.from <= known.to) {
      known.to = Math.max(known.to, piece.to);
      known.isOpen = piece.isOpen === true;
    } else {
      const own = { ...piece };
      last.set(piece.node, own);
      whole.push(own);
    }
  }
  return whole;
}

const lasts = ({ health, from, to }: Ailment): boolean =>
  to - from >= (health === 'broken' ? LEAST_BROKEN_MS : LEAST_DEGRADED_MS);

/** Worst in each bucket; `none` where nothing was watched. */
export function bandOf(
  ailments: readonly Ailment[],
  watched: readonly Span[],
  { from, to }: Span,
  stepMs: number,
): Band {
  const count = Math.ceil((to - from) / stepMs);
  const band: Band = new Array(count).fill('none');
  const paint = (span: Span, health: Band[number]): void => {
    const first = Math.max(0, Math.floor((span.from - from) / stepMs));
    const last = Math.min(count - 1, Math.ceil((span.to - from) / stepMs) - 1);
    for (let i = first; i <= last; i++) if (RANK[health] > RANK[band[i] ?? 'none']) band[i] = health;
  };
  for (const span of watched) paint(span, 'well');
  for (const ailment of ailments) {
    if (ailment.health === 'unknown' || !lasts(ailment)) continue;
    if (isErrand(ailment))
      paint({ from: ailment.from, to: Math.min(ailment.to, ailment.from + ERRAND_MS) }, 'degraded');
    else paint(ailment, ailment.health);
  }
  return band;
}

/** A Job that failed ended badly; nothing that serves anybody is down. It lies about for hours: the band tells the moment, not the remains. */
const isErrand = ({ kind }: Ailment): boolean => kind === 'Job' || kind === 'CronJob';

interface Trouble {
  readonly first: Ailment;
  from: number;
  to: number;
  reason: string;
  isOpen: boolean;
}

/** Spans in which something was broken, newest last. One that still lasts has no end. */
export function incidentsOf(ailments: readonly Ailment[]): Incident[] {
  const last = new Map<string, Trouble>();
  const troubles: Trouble[] = [];
  for (const ailment of ailments) {
    if (ailment.health !== 'broken' || isErrand(ailment)) continue;
    const known = last.get(ailment.node);
    if (known !== undefined && ailment.from - known.to <= SAME_INCIDENT_MS) {
      known.to = Math.max(known.to, ailment.to);
      known.reason ||= ailment.reason;
      known.isOpen = ailment.isOpen === true;
      continue;
    }
    const trouble = {
      first: ailment,
      from: ailment.from,
      to: ailment.to,
      reason: ailment.reason,
      isOpen: ailment.isOpen === true,
    };
    last.set(ailment.node, trouble);
    troubles.push(trouble);
  }
  return troubles
    .filter(({ from, to }) => to - from >= LEAST_BROKEN_MS)
    .sort((a, b) => a.from - b.from)
    .slice(-MOST_INCIDENTS)
    .map(({ first, from, to, reason, isOpen }) => ({
      from: rfc3339(from),
      ...(!isOpen && { to: rfc3339(to) }),
      title: `${first.name} broken${reason ? `: ${reason}` : ''}`,
      node: first.node,
      health: 'broken' as const,
    }));
}
