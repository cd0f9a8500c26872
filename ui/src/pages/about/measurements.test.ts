import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pieces, tablesOf } from './measurements.ts';

it('tables come with the sentence above them', () => {
  const text =
    '# bench\n\nMeasured on 2 cores.\n\n| a | b |\n|---|:-:|\n| 1 | `x` |\n| 2 |\n\nMore.\n\n| c |\n|---|\n| 3 | 4 |';
  expect(tablesOf(text)).toEqual([
    {
      lead: 'Measured on 2 cores.',
      head: ['a', 'b'],
      rows: [
        ['1', '`x`'],
        ['2', ''],
      ],
    },
    { lead: 'More.', head: ['c'], rows: [['3']] },
  ]);
});

it('the measurements of this repository have tables with goals', () => {
  const [first] = tablesOf(readFileSync(new URL('../../../../bench/README.md', import.meta.url), 'utf8'));
  expect(first?.head).toContain('goal');
  expect(first?.rows.length).toBeGreaterThan(3);
});

it('code is told apart', () =>
  expect(pieces('`state` embedded')).toEqual([
    { text: 'state', isCode: true },
    { text: ' embedded', isCode: false },
  ]));

it('no text breaks it, and pieces lose nothing but the marks', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(Array.isArray(tablesOf(text))).toBe(true);
      expect(
        pieces(text)
          .map((p) => (p.isCode ? `\`${p.text}\`` : p.text))
          .join(''),
      ).toBe(text);
    }),
  );
});
