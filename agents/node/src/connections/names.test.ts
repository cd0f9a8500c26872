import { describe, expect, test } from 'vitest';
import { isOutside, names } from './names.ts';
import { handClock } from './testing.ts';

const OUTSIDE = '198.51.100.4';

function asking(most?: number) {
  const clock = handClock(0);
  const asked: string[] = [];
  const known = names({
    clock,
    ...(most !== undefined && { most }),
    async reverseDns(ip) {
      asked.push(ip);
      if (ip === '203.0.113.1') throw new Error('NXDOMAIN');
      return ip === '203.0.113.2' ? undefined : `Host-${ip.replaceAll('.', '-')}.Example.com.`;
    },
  });
  return { clock, asked, known };
}

describe('names of addresses outside', () => {
  test('are asked for once, never waited for, and spelled one way', async () => {
    const { known, asked } = asking();
    expect(known.of(OUTSIDE)).toBeUndefined();
    known.of(OUTSIDE);
    await known.settled();
    expect(known.of(OUTSIDE)).toBe('host-198-51-100-4.example.com');
    expect(asked).toEqual([OUTSIDE]);
  });

  test('are asked for again when they are stale; also those that have none', async () => {
    const { known, asked, clock } = asking();
    for (const ip of ['203.0.113.1', '203.0.113.2']) {
      known.of(ip);
      await known.settled();
      expect(known.of(ip)).toBeUndefined();
    }
    expect(asked).toHaveLength(2);
    clock.turn(16 * 60_000);
    known.of('203.0.113.1');
    await known.settled();
    expect(asked).toHaveLength(3);
  });

  test('are bounded: the oldest goes', async () => {
    const { known } = asking(2);
    for (const ip of ['198.51.100.1', '198.51.100.2', '198.51.100.3']) {
      known.of(ip);
      await known.settled();
    }
    expect(['198.51.100.1', '198.51.100.2', '198.51.100.3'].map((ip) => known.of(ip) !== undefined)).toEqual([
      false,
      true,
      true,
    ]);
    await known.settled();
  });

  test('a few are asked for at once; the others’ turn comes', async () => {
    const { known, asked } = asking();
    for (let i = 0; i < 20; i++) known.of(`198.51.100.${i}`);
    expect(asked).toHaveLength(4);
    await known.settled();
    known.of('198.51.100.19');
    expect(asked).toHaveLength(5);
    await known.settled();
  });

  test.each([
    ['198.51.100.4', true],
    ['8.8.8.8', true],
    ['172.32.0.1', true],
    ['2001:db8::1', true],
    ['10.244.0.1', false],
    ['172.16.0.1', false],
    ['172.31.255.1', false],
    ['192.168.1.1', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['100.128.0.1', true],
    ['fd00::1', false],
    ['fe80::1', false],
  ])('%s is the world’s: %s', (ip, expected) => {
    expect(isOutside(ip)).toBe(expected);
  });
});
