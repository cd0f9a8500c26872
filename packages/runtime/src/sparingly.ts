// A log that is told the same thing a thousand times a second says it once a minute, and how often it was.

type Facts = Readonly<Record<string, unknown>>;

export type Sparing = (about: string, event: string, facts?: Facts) => void;

export interface SparingOptions {
  readonly everyMs?: number;
  readonly now?: () => number;
}

const MINUTE_MS = 60_000;
/** Different things said lately; when there are more, all may be said again. */
const MOST_REMEMBERED = 1_000;

/** What is `about` the same is told at once, then again after `everyMs` at the earliest, with `untold`: how many went by in silence. */
export function sparingly(tell: (event: string, facts: Facts) => void, options: SparingOptions = {}): Sparing {
  const { everyMs = MINUTE_MS, now = Date.now } = options;
  const said = new Map<string, { at: number; untold: number }>();
  return (about, event, facts = {}) => {
    const last = said.get(about);
    if (last !== undefined && now() - last.at < everyMs) {
      last.untold += 1;
      return;
    }
    if (said.size >= MOST_REMEMBERED) said.clear();
    said.set(about, { at: now(), untold: 0 });
    tell(event, last !== undefined && last.untold > 0 ? { ...facts, untold: last.untold } : facts);
  };
}
