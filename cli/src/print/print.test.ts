import { expect, test } from 'vitest';
import { UsageError } from '../exit.ts';
import { diffText } from '../questions/diff.ts';
import { harmless } from '../questions/log.ts';
import { answerText, type Column, outputNamed } from './answer.ts';
import { columns } from './columns.ts';
import { paintFor, plainPaint } from './paint.ts';
import { cut, widthOf } from './width.ts';

interface Row {
  readonly name: string;
  readonly note: string;
}
const shown: readonly Column<Row>[] = [
  { name: 'name', of: ({ name }) => name },
  { name: 'note', of: ({ note }) => note, wide: true },
];
const rows: readonly Row[] = [
  { name: 'a "b"', note: '=SUM(1)' },
  { name: 'two\nlines', note: 'c,d' },
];

test('columns are as wide as their widest cell, colours not counted', () => {
  expect(
    columns(
      ['A', 'B'],
      [
        ['xx', '1'],
        ['\u001b[31my\u001b[0m', '2'],
      ],
    ),
  ).toBe('A    B\nxx   1\n\u001b[31my\u001b[0m    2\n');
});

test('a table shows what is not wide, each row on a line', () => {
  expect(answerText(rows, shown, 'table', rows)).toBe('NAME\na "b"\ntwo lines\n');
  expect(answerText(rows, shown, 'wide', rows)).toContain('NOTE');
});

test('a table cuts what is too long for it, a wide one does not', () => {
  const long = [{ name: 'x'.repeat(200), note: '' }];
  expect(answerText(long, shown, 'table', long)).toBe(`NAME\n${'x'.repeat(79)}…\n`);
  expect(answerText(long, shown, 'wide', long)).toContain('x'.repeat(200));
});

test('wide characters and marks are counted as a terminal shows them', () => {
  expect(widthOf('支付')).toBe(4);
  expect(widthOf('e\u0301')).toBe(1);
  expect(widthOf('👩‍🚀 ok')).toBe(5);
  expect(widthOf('\u001b[31mß\u001b[0m')).toBe(1);
  expect(
    columns(
      ['A', 'B'],
      [
        ['支付', '1'],
        ['abc', '2'],
      ],
    ),
  ).toBe('A      B\n支付   1\nabc    2\n');
  expect(cut('支付服务', 5)).toBe('支付…');
});

test('on a narrow screen long cells give way, on a wide one none does', () => {
  const many = [{ name: 'x'.repeat(70), note: 'y'.repeat(70) }];
  const both = [
    { name: 'name', of: ({ name }: Row) => name },
    { name: 'note', of: ({ note }: Row) => note },
  ];
  const longest = (text: string): number => Math.max(...text.split('\n').map(widthOf));
  expect(longest(answerText(many, both, 'table', many, 60))).toBeLessThanOrEqual(60);
  expect(longest(answerText(many, both, 'table', many))).toBe(143);
  expect(longest(answerText(many, both, 'wide', many, 60))).toBe(143);
});

test('what a cluster says does not move the cursor of a terminal', () => {
  const rude = [{ name: 'a\u001b]0;owned\u0007b\tc', note: '' }];
  expect(answerText(rude, shown, 'table', rude)).toBe('NAME\na\ufffd]0;owned\ufffdb c\n');
  expect(harmless('\u001b[31mred\u001b[0m\tb\u001b[2J\u0007')).toBe('\u001b[31mred\u001b[0m\tb\ufffd[2J\ufffd');
});

test('CSV has what a program reads where a table has what a person reads', () => {
  const marked: readonly Column<Row>[] = [{ name: 'name', of: ({ name }) => `≤ ${name}`, raw: ({ name }) => name }];
  const one = [{ name: 'noon', note: '' }];
  expect(answerText(one, marked, 'table', one)).toBe('NAME\n≤ noon\n');
  expect(answerText(one, marked, 'csv', one)).toBe('name\r\nnoon\r\n');
});

test('CSV quotes what must be, and makes text of what a spreadsheet would calculate', () => {
  expect(answerText(rows, shown, 'csv', rows)).toBe('name,note\r\n"a ""b""",\'=SUM(1)\r\n"two\nlines","c,d"\r\n');
});

test('JSON is the whole answer', () => {
  expect(JSON.parse(answerText(rows, shown, 'json', { items: rows, next: 'x' }))).toEqual({ items: rows, next: 'x' });
});

test('an unknown form is refused with those there are', () => {
  expect(() => outputNamed('xml')).toThrow(UsageError);
  expect(() => outputNamed('xml')).toThrow('table, wide, json, yaml, csv');
});

test('a difference shows each field with what it was and what it became', () => {
  const text = diffText(
    [
      { path: 'spec.replicas', op: 'replace', before: 2, after: 3 },
      { path: 'metadata.labels[a]', op: 'remove', before: 'x' },
      { path: 'data[file]', op: 'add', after: 'one\ntwo' },
    ],
    plainPaint,
  );
  expect(text).toBe('spec.replicas\n  - 2\n  + 3\nmetadata.labels[a]\n  - x\ndata[file]\n  + one\n  + two\n');
});

test('what is no terminal gets no colours', () => {
  expect(paintFor({})('x', 'red')).toBe('x');
});
