import { describe, expect, it } from 'vitest';
import { lastHealthy } from './last-healthy.ts';

const iso = (clock: string): string => `2026-11-20T${clock}.000Z`;
const ms = (clock: string): number => Date.parse(iso(clock));
const trouble = (node: string, from: string, to?: string, health: 'broken' | 'degraded' = 'broken') => ({
  ...{ node, health, title: `${node} ${health}`, from: iso(from) },
  ...(to === undefined ? {} : { to: iso(to) }),
});
const mark = (node: string, at: string) => ({
  node,
  at: iso(at),
  type: 'deploy' as const,
  title: 'image',
  severity: 3,
});
const shop = '1:Deployment:shop:checkout';

describe('since it was last healthy', () => {
  const told = {
    incidents: [
      trouble(shop, '01:00:00', '01:20:00'),
      trouble(shop, '03:11:40', '03:12:36', 'degraded'),
      trouble(shop, '03:12:41', '05:00:00'),
      trouble('1:Job:shop:clean', '03:13:00', '03:15:00'),
    ],
    marks: [mark(shop, '03:10:48'), mark(shop, '02:10:00'), mark('1:Deployment:shop:cart', '03:11:00')],
  };

  it('is before the change that led to it, over all of one trouble', () =>
    expect(lastHealthy(told, shop, ms('03:14:20'))).toBe(ms('03:10:47')));
  it('without a chosen thing it is about the worst', () =>
    expect(lastHealthy(told, undefined, ms('03:14:20'))).toBe(ms('03:10:47')));
  it('without a change it is before the trouble', () =>
    expect(lastHealthy(told, shop, ms('01:10:00'))).toBe(ms('00:59:59')));
  it('what is well has nothing to compare with', () => expect(lastHealthy(told, shop, ms('02:00:00'))).toBeUndefined());
  it('of an unbroken trouble too', () =>
    expect(lastHealthy({ incidents: [trouble(shop, '04:00:00')], marks: [] }, shop, ms('09:00:00'))).toBe(
      ms('03:59:59'),
    ));
});
