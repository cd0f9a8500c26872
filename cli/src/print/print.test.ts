import { expect, test } from 'vitest';
import { UsageError } from '../exit.ts';
import { diffText } from '../questions/diff.ts';
import { answerText, type Column, outputNamed } from './answer.ts';
import { columns } from './columns.ts';
import { paintFor, plainPaint } from './paint.ts';

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
