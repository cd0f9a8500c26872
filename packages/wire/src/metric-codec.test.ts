import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Malformed } from './bytes.ts';
import type { MetricSeries } from './metric.ts';
import { readSeries, writeSeries } from './metric-codec.ts';

const values = fc.oneof(
  fc.double({ noDefaultInfinity: false }),
  fc.integer({ min: -1_000_000, max: 1_000_000 }),
  fc.integer({ min: 0, max: 100_000 }).map((n) => n / 100),
  fc.constantFrom(Number.NaN, 0, -0, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY, 2 ** 51),
);
const series: fc.Arbitrary<MetricSeries> = fc
  .record({
    entity: fc.constantFrom('Pod:shop:cart-1/cart', 'Node::n1', 'Pod:shop:ü'),
    metric: fc.constantFrom('cpu', 'memory', 'requests_total'),
    kind: fc.constantFrom('gauge' as const, 'counter' as const),
    labels: fc.constantFrom({}, { code: '200' }, { path: '/a b', x: '' }),
    from: fc.integer({ min: 0, max: 4e12 }),
    samples: fc.array(fc.tuple(fc.nat(60_000), values), { maxLength: 40 }),
  })
  .map(({ from, samples, ...head }) => {
    let at = from;
    return {
      ...head,
      at: samples.map(([step]) => {
        at += step;
        return at;
      }),
      values: samples.map(([, value]) => value),
    };
  });

describe('a body of samples', () => {
  it('comes out as it went in, NaN and minus zero too', () => {
    fc.assert(
      fc.property(fc.array(series, { maxLength: 12 }), (all) => {
        expect(readSeries(writeSeries(all))).toEqual(all);
      }),
    );
  });

  it('decodes what is wanted alone', () => {
    fc.assert(
      fc.property(fc.array(series, { maxLength: 12 }), (all) => {
        const isWanted = ({ metric }: { readonly metric: string }): boolean => metric === 'cpu';
        expect(readSeries(writeSeries(all), isWanted)).toEqual(all.filter(isWanted));
      }),
    );
  });

  it('truncated or flipped it is malformed or reads, and never crashes or hangs', () => {
    const body = writeSeries(fc.sample(series, 10));
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (place, flip, cut) => {
        const bad = cut ? body.slice(0, place) : body.map((byte, i) => (i === place ? byte ^ flip : byte));
        try {
          readSeries(bad);
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed);
        }
      }),
    );
  });

  it('a node’s scrape of 2,000 samples takes a few bytes each', () => {
    const at = Array.from({ length: 40 }, (_, i) => 1.7e12 + i * 15_000);
    const all = Array.from(
      { length: 50 },
      (_, n): MetricSeries => ({
        ...{ entity: `Pod:shop:cart-${n}/cart`, metric: 'memory_working_set_bytes', kind: 'gauge', labels: {}, at },
        values: at.map((_, i) => 100_000_000 + ((i * 7919 * (n + 1)) % 65_536)),
      }),
    );
    expect(writeSeries(all).length / 2_000).toBeLessThan(4);
  });
});
