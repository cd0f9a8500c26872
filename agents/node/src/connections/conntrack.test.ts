import { describe, expect, test } from 'vitest';
import { isMade, isOver, isUntouched, parseEntry, parseEvent } from './conntrack.ts';
import { recorded } from './testing.ts';

const SERVICE =
  'ipv4     2 tcp      6 86399 ESTABLISHED src=10.244.0.5 dst=10.96.179.250 sport=55460 dport=80 packets=364 bytes=37217 src=10.244.0.4 dst=10.244.0.5 sport=8080 dport=55460 packets=183 bytes=36674 [ASSURED] mark=0 zone=0 delta-time=180 use=2';

describe('an entry', () => {
  test('through a Service has the address before and after', () => {
    expect(parseEntry(SERVICE)).toEqual({
      ...{ protocol: 'tcp', state: 'ESTABLISHED', isAssured: true, isUnreplied: false, age: 180, zone: 0 },
      original: { from: { ip: '10.244.0.5', port: 55_460 }, to: { ip: '10.96.179.250', port: 80 } },
      reply: { from: { ip: '10.244.0.4', port: 8080 }, to: { ip: '10.244.0.5', port: 55_460 } },
      ...{ bytesOut: 37_217, bytesIn: 36_674 },
    });
  });

  test.each([
    [SERVICE, true, false, false],
    [
      'ipv4 2 tcp 6 65 TIME_WAIT src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 [ASSURED] use=1',
      true,
      true,
      true,
    ],
    [
      'ipv4 2 tcp 6 112 SYN_SENT src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 [UNREPLIED] src=10.0.0.2 dst=10.0.0.9 sport=2 dport=1 use=1',
      false,
      false,
      false,
    ],
    [
      'tcp 6 8 CLOSE src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1',
      false,
      true,
      true,
    ],
    [
      'tcp 6 8 CLOSE src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 [ASSURED]',
      true,
      true,
      true,
    ],
    [
      'ipv4 2 udp 17 29 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=53 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=53 dport=1 use=1',
      true,
      false,
      true,
    ],
  ])('%s', (line, made, over, untouched) => {
    const entry = parseEntry(line);
    expect(entry && [isMade(entry), isOver(entry), isUntouched(entry)]).toEqual([made, over, untouched]);
  });

  test('of IPv6 has its addresses in one spelling', () => {
    const line =
      'ipv6 10 tcp 6 299 ESTABLISHED src=fd00:0000:0000:0000:0000:0000:0000:0001 dst=fd00:0010:0000:0000:0000:0000:0000:0010 sport=40000 dport=443 src=fd00:0000:0000:0000:0000:0000:0000:0002 dst=fd00:0000:0000:0000:0000:0000:0000:0001 sport=8443 dport=40000 [ASSURED] mark=0 zone=3 use=2';
    expect(parseEntry(line)).toMatchObject({
      original: { from: { ip: 'fd00::1' }, to: { ip: 'fd00:10::10' } },
      reply: { from: { ip: 'fd00::2' } },
      zone: 3,
    });
  });

  test.each([
    'ipv4 2 icmp 1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=7 src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=7 use=1',
    'ipv4 2 unknown 2 560 src=10.0.0.1 dst=224.0.0.22 [UNREPLIED] src=224.0.0.22 dst=10.0.0.1 use=1',
    'tcp 6 65 TIME_WAIT src=10.0.0.1 dst=10.0.0.2 sport=1',
    'conntrack v1.4.7 (conntrack-tools): 39 flow entries have been shown.',
    '',
  ])('%s is none of ours', (line) => {
    expect(parseEntry(line)).toBeUndefined();
  });

  test('every line of the recording is one', () => {
    const lines = recorded('proc/1/net/nf_conntrack').trim().split('\n');
    const entries = lines.flatMap((line) => parseEntry(line) ?? []);
    expect(entries).toHaveLength(lines.length);
    expect(entries.every(({ age, bytesOut }) => age !== undefined && bytesOut !== undefined)).toBe(true);
    expect(entries.filter((entry) => !isMade(entry)).map(({ state }) => state)).toEqual(new Array(4).fill('SYN_SENT'));
  });
});

describe('an event', () => {
  test('has its instant, and its entry’s id', () => {
    const line =
      '[1795233542.483035]	    [NEW] tcp      6 120 SYN_SENT src=10.244.0.2 dst=10.96.179.250 sport=35504 dport=80 [UNREPLIED] src=10.244.0.4 dst=10.244.0.2 sport=8080 dport=35504 id=2966671064';
    expect(parseEvent(line)).toMatchObject({
      ...{ happening: 'new', at: 1_795_233_542_483 },
      entry: {
        id: '2966671064',
        state: 'SYN_SENT',
        isUnreplied: true,
        reply: { from: { ip: '10.244.0.4', port: 8080 } },
      },
    });
  });

  test.each([
    [
      'without timestamps',
      ' [UPDATE] tcp      6 60 SYN_RECV src=1.0.0.1 dst=1.0.0.2 sport=1 dport=2 src=1.0.0.2 dst=1.0.0.1 sport=2 dport=1',
      { happening: 'update' },
    ],
    [
      'extended, at its end with bytes',
      '[1795233542.483035]	[DESTROY] ipv4     2 tcp      6 CLOSE src=1.0.0.1 dst=1.0.0.2 sport=1 dport=2 packets=5 bytes=390 src=1.0.0.2 dst=1.0.0.1 sport=2 dport=1 packets=5 bytes=437 [ASSURED] id=7 delta-time=121 [start=Sat Nov 21 03:59:00 2026] [stop=Sat Nov 21 04:01:01 2026]',
      {
        happening: 'destroy',
        entry: expect.objectContaining({ bytesOut: 390, bytesIn: 437, isAssured: true, age: 121 }),
      },
    ],
    [
      'of UDP',
      '    [NEW] udp      17 30 src=1.0.0.1 dst=1.0.0.2 sport=1 dport=53 [UNREPLIED] src=1.0.0.2 dst=1.0.0.1 sport=53 dport=1',
      { happening: 'new' },
    ],
  ])('%s', (_, line, expected) => {
    expect(parseEvent(line)).toMatchObject(expected);
  });

  test('every line of the recording is one; the rest is none', () => {
    const lines = recorded('conntrack-events.txt').trim().split('\n');
    expect(lines.flatMap((line) => parseEvent(line) ?? [])).toHaveLength(lines.length);
    expect(parseEvent('conntrack v1.4.7 (conntrack-tools): 12 flow events have been shown.')).toBeUndefined();
  });
});
