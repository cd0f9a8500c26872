import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { within } from './neighbours.ts';

const chain = ['ab', 'bc', 'cd', 'xa'].map(([from = '', to = '']) => ({ from, to }));

describe('neighbours', () => {
  it.each([
    [0, 'b'],
    [1, 'a b c'],
    [2, 'a b c d x'],
  ])('%i hops of b are %s', (hops, ids) => {
    expect([...within(chain, 'b', hops)].sort().join(' ')).toBe(ids);
  });

  it('one hop more never loses anybody', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    fc.assert(
      fc.property(fc.array(fc.record({ from: id, to: id })), id, fc.nat(4), (links, root, hops) => {
        const [less, more] = [within(links, root, hops), within(links, root, hops + 1)];
        expect([...less].every((each) => more.has(each))).toBe(true);
      }),
    );
  });
});
