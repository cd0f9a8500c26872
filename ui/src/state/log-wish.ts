// What of the logs is looked at: search, levels, one pod, one pattern, around one line. A part of the address, like everything seen.

export const LOG_LEVEL_GROUPS = ['error', 'warn', 'info', 'debug', 'other'] as const;
export type LogLevelGroup = (typeof LOG_LEVEL_GROUPS)[number];
export const LOG_VIEWS = ['lines', 'patterns'] as const;
export type LogView = (typeof LOG_VIEWS)[number];

export interface LogWish {
  readonly q: string;
  /** `q` is a regular expression (RE2). */
  readonly isRegex: boolean;
  /** Shown levels; all when empty. */
  readonly levels: readonly LogLevelGroup[];
  readonly pod: string | undefined;
  readonly container: string | undefined;
  /** Of the container's life before its last restart. */
  readonly previous: boolean;
  readonly view: LogView;
  /** Lines of one pattern, by its name. */
  readonly pattern: string | undefined;
  /** Around one line, by its id. */
  readonly line: string | undefined;
  /** Live lines are not followed. */
  readonly isPaused: boolean;
}

export const HOME_LOGS: LogWish = {
  q: '',
  isRegex: false,
  levels: [],
  pod: undefined,
  container: undefined,
  previous: false,
  view: 'lines',
  pattern: undefined,
  line: undefined,
  isPaused: false,
};

const MOST_CHARS = 500;
const short = (text: string | null): string | undefined => text?.slice(0, MOST_CHARS) || undefined;

export function readLogWish(p: URLSearchParams): LogWish {
  const levels = (p.get('llevel') ?? '').split(',');
  return {
    q: (p.get('lq') ?? '').slice(0, MOST_CHARS),
    isRegex: p.get('lre') === '1',
    levels: LOG_LEVEL_GROUPS.filter((level) => levels.includes(level)),
    pod: short(p.get('lpod')),
    container: short(p.get('lcontainer')),
    previous: p.get('lprev') === '1',
    view: p.get('lview') === 'patterns' ? 'patterns' : 'lines',
    pattern: /^[0-9a-f]{1,13}$/.exec(p.get('lpattern') ?? '')?.[0],
    line: short(p.get('line')),
    isPaused: p.get('lpaused') === '1',
  };
}

const flag = (is: boolean): string | undefined => (is ? '1' : undefined);

/** Address parts; undefined is as usual. */
export const logWishParts = (wish: LogWish): [string, string | undefined][] => [
  ['lq', wish.q || undefined],
  ['lre', flag(wish.isRegex)],
  ['llevel', wish.levels.join() || undefined],
  ['lpod', wish.pod],
  ['lcontainer', wish.container],
  ['lprev', flag(wish.previous)],
  ['lview', wish.view === 'lines' ? undefined : wish.view],
  ['lpattern', wish.pattern],
  ['line', wish.line],
  ['lpaused', flag(wish.isPaused)],
];

/** What stays of it when another thing is turned to: the search, not what was of the one thing only. */
export const leftLogs = (wish: LogWish): LogWish => ({
  ...wish,
  pod: undefined,
  container: undefined,
  pattern: undefined,
  line: undefined,
});
