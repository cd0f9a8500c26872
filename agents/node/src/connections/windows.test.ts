import type { Connection } from '@mosaic/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Seen } from './absence.ts';
import type { Entry } from './conntrack.ts';
import type { Look } from './evidence.ts';
import { type Flows, flows } from './flows.ts';
import { STATE } from './proc-net.ts';
import { closeWindow } from './windows.ts';

const AT = 1_000_000;
const placeOf = (ip: string) => (ip === CLIENT ? { within: '2', since: 0, holder: { podUid: 'web' } } : undefined);
const look = (number: number): Look => ({
  ...{
    number,
    isFirst: number === 0,
    at: AT + number * 2_500,
    before: AT + (number - 1) * 2_500,
    placeOf,
    callerPlaceOf: placeOf,
    listenerAt: () => undefined,
  },
});
const SEEN: Seen = { namespace: () => 'read', isEntryLook: false, isEntryStream: false, settles: 'all' };
const window = { from: AT, to: AT + 10_000, node: 'n', isTraceless: false, nameOf: () => undefined };

const CLIENT = '10.0.0.1';
const SERVICE = { ip: '10.96.0.10', port: 80 };
const SERVERS = ['10.0.0.2', '10.0.0.3'];

/** One connection of the client's through a Service, as far as its sights tell. */
interface Story {
  readonly port: number;
  readonly server: string;
  readonly sights: readonly Sight[];
}
const SIGHTS = ['client socket', 'server socket', 'syn', 'made', 'over', 'bytes'] as const;
type Sight = (typeof SIGHTS)[number];

const stories: fc.Arbitrary<Story[]> = fc.uniqueArray(
  fc.record({
    port: fc.integer({ min: 40_000, max: 40_200 }),
    server: fc.constantFrom(...SERVERS),
    sights: fc.subarray([...SIGHTS], { minLength: 1 }),
  }),
  { selector: ({ port }) => port, maxLength: 12 },
);

function show(known: Flows, { port, server }: Story, sight: Sight, number: number): void {
  const client = { ip: CLIENT, port };
  const backend = { ip: server, port: 8080 };
  if (sight === 'client socket' || sight === 'server socket') {
    const isClient = sight === 'client socket';
    const [local, remote] = isClient ? [client, SERVICE] : [backend, client];
    const socket = { protocol: 'tcp', state: STATE.established, local, remote, inode: port, retransmits: 0 } as const;
    const holder = { podUid: isClient ? 'web' : server };
    known.socket(
      { socket, role: isClient ? 'client' : 'server', within: isClient ? '2' : server, holder },
      look(number),
    );
    return;
  }
  const state = sight === 'syn' ? 'SYN_SENT' : sight === 'over' ? 'TIME_WAIT' : 'ESTABLISHED';
  const entry: Entry = {
    ...{ protocol: 'tcp', state, id: String(port), isAssured: sight !== 'syn', isUnreplied: sight === 'syn' },
    original: { from: client, to: SERVICE },
    reply: { from: backend, to: client },
    ...(sight === 'bytes' && { bytesOut: port, bytesIn: 2 * port }),
  };
  known.entry(entry, look(number));
}

type Shown = readonly (readonly [Story, Sight])[];
const every = (told: readonly Story[]): Shown =>
  told.flatMap((story) => story.sights.map((sight) => [story, sight] as const));

/** A first look at nothing, so that all the rest is new. */
function begun(): Flows {
  const known = flows(AT - 60_000);
  known.done(look(0), SEEN);
  return known;
}

function recordsOf(shown: Shown): readonly Connection[] {
  const known = begun();
  for (const [story, sight] of shown) show(known, story, sight, 1);
  known.done(look(1), SEEN);
  return closeWindow(known.all(), window);
}

/** Without conntrack the sockets of two ends with different addresses are nobody's to join. */
const isOne = ({ sights }: Story): boolean =>
  !sights.includes('server socket') || sights.some((sight) => !sight.endsWith('socket'));

const sumOf = (records: readonly Connection[], name: 'opened' | 'failed' | 'closed' | 'open'): number =>
  records.reduce((sum, record) => sum + record[name], 0);

describe('a window', () => {
  test('has the same records in whatever order its sights come, and however often', () => {
    const shuffled = stories.chain((told) => {
      const shown = every(told);
      return fc.tuple(
        fc.constant(shown),
        fc.shuffledSubarray([...shown], { minLength: shown.length }),
        fc.subarray([...shown]),
      );
    });
    fc.assert(
      fc.property(shuffled, ([inOrder, otherwise, again]) => {
        expect(recordsOf([...otherwise, ...again])).toEqual(recordsOf(inOrder));
      }),
      { numRuns: 300 },
    );
  });

  test('counts each connection’s beginning, failure and end once over overlapping looks and windows', () => {
    fc.assert(
      fc.property(stories, fc.integer({ min: 2, max: 9 }), (all, looks) => {
        const told = all.filter(isOne);
        const known = begun();
        const records: Connection[] = [];
        for (let number = 1; number <= looks; number++) {
          for (const [story, sight] of every(told)) show(known, story, sight, number);
          known.done(look(number), SEEN);
          if (number % 2 === 0) records.push(...closeWindow(known.all(), window));
        }
        for (let number = looks + 1; number <= looks + 3; number++) known.done(look(number), SEEN);
        records.push(...closeWindow(known.all(), window));
        const isMade = ({ sights }: Story) => sights.some((sight) => sight !== 'syn');
        const made = told.filter(isMade).length;
        expect(sumOf(records, 'opened') + sumOf(records, 'failed')).toBeLessThanOrEqual(told.length);
        expect(sumOf(records, 'opened')).toBe(made);
        expect(sumOf(records, 'closed')).toBeLessThanOrEqual(made);
      }),
    );
  });

  test('has one record per client, server, original address, protocol and method', () => {
    fc.assert(
      fc.property(stories, (told) => {
        const keys = recordsOf(every(told)).map(({ client, server, original, protocol, method, side, nat }) =>
          JSON.stringify([client, server, original, protocol, method, side, nat]),
        );
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  test('counts what was led nowhere as what was called', () => {
    const [record, ...others] = recordsOf([[{ port: 40_000, server: '10.0.0.2', sights: [] }, 'client socket']]);
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      server: SERVICE,
      nat: 'unknown',
      method: 'proc',
      side: 'client',
      opened: 1,
      open: 1,
    });
    expect(record?.original).toBeUndefined();
  });

  test('bytes of one connection are counted once, whoever tells them', () => {
    const story: Story = { port: 40_000, server: '10.0.0.2', sights: [] };
    const [record] = recordsOf([
      [story, 'bytes'],
      [story, 'made'],
      [story, 'bytes'],
      [story, 'over'],
    ]);
    expect(record).toMatchObject({ bytesOut: 40_000, bytesIn: 80_000, opened: 1, closed: 1 });
  });
});
