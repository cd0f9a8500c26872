import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EDGE_CHOICES } from '../map/drawn-edges.ts';
import { PAGES } from '../pages/list.ts';
import { LOG_LEVEL_GROUPS, LOG_VIEWS, type LogWish } from './log-wish.ts';
import { formatView, HOME, LEVELS, ROWS, readView, SHOWS, TABS, THEMES, type ViewState } from './url-state.ts';

const instant = fc.integer({ min: Date.parse('2001-09-10'), max: Date.parse('2100-01-01') });
const word = fc.string({ minLength: 1, maxLength: 40 }).filter((s) => s.trim() !== '' && !s.includes(','));

const logs: fc.Arbitrary<LogWish> = fc.record({
  q: fc.string({ maxLength: 60 }),
  isRegex: fc.boolean(),
  levels: fc.subarray([...LOG_LEVEL_GROUPS]),
  pod: fc.option(word, { nil: undefined }),
  container: fc.option(word, { nil: undefined }),
  previous: fc.boolean(),
  view: fc.constantFrom(...LOG_VIEWS),
  pattern: fc.option(fc.constant('c8c1830b5f0c7'), { nil: undefined }),
  line: fc.option(word, { nil: undefined }),
  isPaused: fc.boolean(),
});
const views: fc.Arbitrary<ViewState> = fc.record({
  page: fc.constantFrom(...PAGES),
  level: fc.constantFrom(...LEVELS),
  cluster: fc.option(fc.nat(1_000_000), { nil: undefined }),
  namespace: fc.option(word, { nil: undefined }),
  q: fc.string({ maxLength: 60 }),
  at: fc.option(instant, { nil: undefined }),
  range: fc.integer({ min: 5, max: 20_000 }).map((m) => m * 60_000),
  end: fc.option(instant, { nil: undefined }),
  window: fc.option(
    fc.tuple(instant, fc.integer({ min: 1, max: 1e9 })).map(([from, ms]) => ({ from, to: from + ms })),
    { nil: undefined },
  ),
  node: fc.option(word, { nil: undefined }),
  tab: fc.constantFrom(...TABS),
  theme: fc.constantFrom(...THEMES),
  table: fc.boolean(),
  show: fc.subarray([...SHOWS]),
  open: fc.array(word, { maxLength: 5 }),
  wide: fc.boolean(),
  edges: fc.constantFrom(...EDGE_CHOICES),
  each: fc.boolean(),
  edge: fc.option(word, { nil: undefined }),
  logs,
  rows: fc.constantFrom(...ROWS),
  focus: fc.option(word, { nil: undefined }),
  hops: fc.integer({ min: 1, max: 4 }),
  by: fc.string({ maxLength: 40 }),
  against: fc.option(instant, { nil: undefined }),
  ask: fc.string({ maxLength: 60 }),
});

describe('any view is a link', () => {
  it('a link leads back to the view it was made of', () => {
    fc.assert(
      fc.property(views, (view) => {
        expect(readView(formatView(view))).toEqual(view);
      }),
    );
  });

  it('the start view has an empty address', () => expect(formatView(HOME)).toBe(''));

  it('a link can be read by a person', () => {
    expect(formatView({ ...HOME, node: '1:Deployment:shop:checkout', at: Date.parse('2026-11-20T03:14:20Z') })).toBe(
      '?at=2026-11-20T03:14:20.000Z&node=1:Deployment:shop:checkout',
    );
  });

  it.each(['?level=galaxy&tab=9&at=soon&range=forever', '?cluster=-1&from=5&to=4', '?%E0%A4%A', '?theme=<script>'])(
    'nonsense in an address (%s) is passed over',
    (search) => expect(readView(search)).toEqual(HOME),
  );

  it('whatever is typed into the address is a view', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readView(`?${text}`).range).toBeGreaterThan(0);
      }),
    );
  });
});
