import { describe, expect, it } from 'vitest';
import { linearMatcher } from './matcher.ts';

describe('a regular expression from outside', () => {
  it('is found anywhere in the line', () => {
    expect(linearMatcher('time(d )?out')?.('call to payments timed out')).toBe(true);
    expect(linearMatcher('^timed')?.('call timed out')).toBe(false);
    expect(linearMatcher('(?i)ERROR')?.('an error')).toBe(true);
  });

  it.each(['(', 'a{2,1}', '[z-a]', '(?=look)', '\\1', 'x'.repeat(1_001)])('%s cannot be read', (expression) => {
    expect(linearMatcher(expression)).toBeUndefined();
  });

  it('cannot be made to hang', () => {
    const evil = linearMatcher('(a+)+$');
    const began = performance.now();
    expect(evil?.(`${'a'.repeat(20_000)}!`)).toBe(false);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('is refused when its counts multiply', () => {
    expect(linearMatcher('((a{100}){100}){100}')).toBeUndefined();
  });
});
