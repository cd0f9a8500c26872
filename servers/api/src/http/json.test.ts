import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonParts } from './json.ts';

const textOf = (value: unknown): string => Buffer.concat(jsonParts(value)).toString();

describe('an answer in parts', () => {
  test('says what it says in one', () => {
    const member = fc.oneof(
      fc.jsonValue(),
      fc.constant(undefined),
      fc.constant(new Date(0)),
      fc.string({ unit: 'grapheme' }),
    );
    const list = fc.tuple(fc.nat(3), fc.array(member, { minLength: 1, maxLength: 150 })).map(([times, members]) => {
      const all: unknown[] = [];
      for (let i = 0; i <= times; i++) all.push(...members);
      return all;
    });
    const answer = fc.dictionary(fc.string(), fc.oneof(member, list), { noNullPrototype: true });
    fc.assert(fc.property(answer, (value) => textOf(value) === JSON.stringify(value)));
  });

  test('of thousands of members is never one string', () => {
    const nodes = Array.from({ length: 5_000 }, (_, n) => ({ id: `node ${n}`, name: undefined }));
    const value = { at: 'now', nodes, gone: undefined, edges: nodes, last: [] };
    const parts = jsonParts(value);
    expect(Buffer.concat(parts).toString()).toBe(JSON.stringify(value));
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThan(10_000);
  });
});
