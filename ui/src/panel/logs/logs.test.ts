import { describe, expect, it } from 'vitest';
import { finder } from './highlight.ts';
import { podTones } from './pods.ts';
import { ROW, rowsOf, scrollAfter, scrollFor } from './rows.ts';
import { sayLine, wholeLine } from './say-line.ts';
import { targetOf } from './target.ts';

describe('which rows are on the screen', () => {
  const paper = { count: 1_000_000, scrollTop: 0, height: 400 };

  it('of a million rows only a screenful is drawn', () => {
    const { from, to, total } = rowsOf(paper);
    expect([from, to < 60, total <= 8_000_000]).toEqual([0, true, true]);
  });

  it('while scrolling there are always as many rows, and each number has a slot of its own, so that rows are used again', () => {
    for (const scrollTop of [0, 7, 20, 233, 4001, 3_999_999, 7_999_600]) {
      const { from, to, slots } = rowsOf({ ...paper, scrollTop });
      expect([to - from <= slots, slots]).toEqual([true, rowsOf(paper).slots]);
    }
    for (const scrollTop of [0, 90, 111, 300, 700, 2000]) {
      const { from, to, slots } = rowsOf({ ...paper, opened: { index: 9, height: 260 }, scrollTop });
      expect(slots).toBeGreaterThanOrEqual(to - from);
    }
  });

  it('the end of the scroll bar is the end of the lines, although the paper is shorter than they are', () => {
    const { total } = rowsOf(paper);
    const { to, top } = rowsOf({ ...paper, scrollTop: total - 400 });
    expect(to).toBe(1_000_000);
    expect(Math.round(top(999_999))).toBe(total - ROW);
  });

  it('rows after an opened one stand below its details', () => {
    const { top } = rowsOf({ count: 100, scrollTop: 0, height: 400, opened: { index: 3, height: 120 } });
    expect([top(3), top(4)]).toEqual([3 * ROW, 4 * ROW + 120]);
  });

  it('an opened row is drawn while its details are on the screen', () => {
    const { from } = rowsOf({
      count: 1000,
      scrollTop: 40 * ROW + 300,
      height: 400,
      opened: { index: 40, height: 500 },
    });
    expect(from).toBeLessThanOrEqual(40);
  });

  it('older rows in front move nothing before the eye', () => {
    const before = { count: 1000, scrollTop: 500, height: 400 };
    const scrollTop = scrollAfter(200, before);
    const y = (row: number, p: typeof before) => rowsOf(p).top(row) - p.scrollTop;
    expect(y(225, { ...before, count: 1200, scrollTop })).toBe(y(25, before));
  });

  it.each([
    [5, 1000, 5 * ROW],
    [60, 1000, 1000],
    [90, 1000, 91 * ROW - 400],
  ])('row %d is brought onto the screen from %d by as little as may be', (row, scrollTop, wanted) => {
    expect(scrollFor(row, { count: 1000, scrollTop, height: 400 })).toBe(wanted);
  });
});

it.each([
  [120, 90 * ROW + ROW + 120 - 400],
  [900, 90 * ROW],
])('details of %d pixels are brought onto the screen, the row always', (height, wanted) => {
  const paper = { count: 1000, scrollTop: 1500, height: 400, opened: { index: 90, height } };
  expect(scrollFor(90, paper, 'whole')).toBe(wanted);
});

describe('what was searched for is marked', () => {
  const hits = (q: string, isRegex: boolean, text: string) =>
    finder(
      q,
      isRegex,
    )(text)
      .filter((piece) => piece.isHit)
      .map((piece) => piece.text);

  it.each([
    ['refused', false, 'connect REFUSED, refused', ['REFUSED', 'refused']],
    ['10.96', false, '10.96 10x96', ['10.96']],
    ['\\d+ ms', true, 'took 31 ms', ['31 ms']],
    ['(?i)error', true, 'ERROR x', ['ERROR']],
    ['(a', true, '(a', []],
    ['', false, 'x', []],
  ])('%s (regex: %s) in %s', (q, isRegex, text, wanted) => expect(hits(q, isRegex, text)).toEqual(wanted));

  it('the pieces are the text again', () => {
    expect(
      finder(
        'a',
        false,
      )('banana')
        .map((p) => p.text)
        .join(''),
    ).toBe('banana');
  });

  it('an expression that would hang the page marks nothing', () => {
    expect(hits('(a+)+$', true, `${'a'.repeat(60)}!`)).toEqual([]);
  });
});

describe('how a record is said', () => {
  it('JSON says its message, and its other fields behind it', () => {
    const line = '{"time":"x","level":"info","msg":"GET /cart","status":200,"user":{"id":7}}';
    expect(sayLine({ line, message: 'GET /cart' })).toEqual({
      text: 'GET /cart',
      fields: 'status=200 user={"id":7}',
      more: 0,
    });
  });
  it('of many lines the first is said, and how many follow', () =>
    expect(sayLine({ line: 'boom\n\tat a\n\tat b' })).toEqual({ text: 'boom', fields: '', more: 2 }));
  it('colours of terminals are taken out', () => expect(sayLine({ line: '\u001b[31mred\u001b[0m' }).text).toBe('red'));
  it('opened, JSON has a line per field', () => expect(wholeLine('{"a":1}')).toBe('{\n  "a": 1\n}'));
});

it('a pod keeps its colour, the gone come after the living', () => {
  const tone = podTones(['cart-x-aa', 'cart-x-bb']);
  expect([tone('cart-x-gone').colour, tone('cart-x-bb').colour, tone('cart-x-gone').short]).toEqual([2, 1, 'gone']);
});

it.each([
  [{ kind: 'Pod', name: 'cart-1' }, { pod: 'cart-1' }],
  [
    { kind: 'Container', name: 'cart', parent: '1:Pod:shop:cart-1' },
    { pod: 'cart-1', container: 'cart' },
  ],
  [{ kind: 'Deployment', name: 'cart' }, { workload: 'Deployment/cart' }],
  [{ kind: 'ReplicaSet', name: 'cart-7d', parent: '1:Deployment:shop:cart' }, { workload: 'Deployment/cart' }],
])('whose lines: %j', (node, wanted) => {
  expect(targetOf({ cluster: 1, namespace: 'shop', ...node })).toEqual({ cluster: 1, namespace: 'shop', ...wanted });
});

it('a ConfigMap has no lines', () =>
  expect(targetOf({ cluster: 1, namespace: 'shop', kind: 'ConfigMap', name: 'a' })).toBeUndefined());
