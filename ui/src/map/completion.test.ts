import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { node } from '../testing/examples.ts';
import { completions } from './completion.ts';

const nodes = [
  node('1:Deployment:shop:cart', { labels: { team: 'storefront' } }),
  node('1:Deployment:shop:checkout', { health: 'broken', labels: { team: 'money' } }),
  node('1:StatefulSet:platform:kafka'),
];
const labels = (text: string, caret = text.length) => completions(text, caret, nodes).map(({ label }) => label);

describe('completion', () => {
  it('offers fields, what has no name is a label', () => {
    expect(labels('n')).toEqual(['ns=', 'name=', 'node=']);
    expect(labels('te')).toContain('team=');
    expect(labels('fai')).toEqual(['failed>']);
  });
  it('offers values that are there, commonest first', () => {
    expect(labels('ns=')).toEqual(['shop', 'platform']);
    expect(labels('team=mo')).toEqual(['money']);
  });
  it('denies as the term did', () => expect(labels('-kin')).toEqual(['-kind=']));
  it('offers another value after a bar', () => expect(labels('ns=shop|p')).toEqual(['platform']));
  it('completes the term under the caret and leaves the rest', () => {
    const [first] = completions('ns=sh health=broken', 5, nodes);
    expect(first).toMatchObject({ text: 'ns=shop health=broken', caret: 8 });
  });
  it('never offers more than a list can show, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(20), (text, caret) => {
        expect(completions(text, Math.min(caret, text.length), nodes).length).toBeLessThanOrEqual(8);
      }),
    );
  });
});

it('within brackets the term is completed, not the bracket', () => {
  const [first] = completions('(kind=', 6, nodes);
  expect(first?.text.startsWith('(kind=')).toBe(true);
  expect(completions('(', 1, nodes)[0]?.text.startsWith('(')).toBe(true);
});
