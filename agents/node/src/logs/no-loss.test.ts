import { hourOf } from '@mosaic/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Outgoing } from '../ports.ts';
import { fakeOutgoing, nodeDisk, tailerOn, turnedClock } from './testing/node-disk.ts';
import { type Kind, type Style, writtenLog } from './testing/written-log.ts';

/** Runs of a container and hours have chunks of their own; within them nothing changes places. */
const runOf = ({ stream }: { readonly stream: string }): number => Number(stream.split('/').at(-1));
const KINDS: readonly Kind[] = ['plain', 'plain', 'blank', 'parts', 'java', 'python', 'go', 'bytes'];
const container = fc.nat({ max: 1 });
const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      container,
      kind: fc.constantFrom(...KINDS),
      channel: fc.constantFrom('stdout' as const, 'stderr' as const),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const), container, bytes: fc.nat({ max: 200 }) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('pass' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rotate' as const), container }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compress' as const), container }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), container }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('crash' as const),
      when: fc.constantFrom('now', 'before send', 'after send'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('publish' as const) }) },
);

test('whatever is written, rotated and crashed, every line arrives once and in order', async () => {
  const styles = fc.constantFrom<Style>('renamed', 'copied');
  const sealing = fc.constantFrom(0, 5000);
  /** Lines of one hour, and of many. */
  const minutes = fc.constantFrom(0, 7, 61);
  const actions = fc.array(action, { minLength: 10, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(styles, sealing, minutes, actions, async (style, sealAfterMs, apart, steps) => {
      using disk = nodeDisk();
      const clock = turnedClock();
      const out = fakeOutgoing();
      let spooledFrom = 0;
      let crash: 'before send' | 'after send' | undefined;
      let crashed = Promise.withResolvers<void>();
      const crashing: Outgoing = {
        cover: out.cover,
        async send(parts, sections) {
          if (crash !== 'before send') await out.send(parts, sections);
          if (crash === undefined) return;
          crashed.resolve();
          await new Promise(() => undefined);
        },
      };
      const begin = () =>
        tailerOn(disk, crashing, clock, { sealAfterMs: () => sealAfterMs, spooled: out.indexes.slice(spooledFrom) });
      let tailer = begin();
      const logs = [0, 1].map((n) => writtenLog(disk, `var/log/pods/shop_pod-${n}_uid-${n}/main`, apart));
      for (const step of steps) {
        const log = 'container' in step ? logs[step.container] : undefined;
        if (step.do === 'say') log?.say(step.kind, step.channel);
        if (step.do === 'write') log?.write(step.bytes);
        if (step.do === 'rotate') log?.rotate(style);
        if (step.do === 'compress' && style === 'renamed') log?.compress();
        if (step.do === 'restart') log?.restart();
        if (step.do === 'pass') await tailer.pass();
        if (step.do === 'publish') spooledFrom = out.indexes.length;
        if (step.do === 'stop') {
          await tailer.stop();
          tailer = begin();
        }
        if (step.do === 'crash') {
          if (step.when !== 'now') {
            crash = step.when === 'before send' ? 'before send' : 'after send';
            await Promise.race([tailer.pass(), crashed.promise]);
            crash = undefined;
            crashed = Promise.withResolvers();
          }
          tailer = begin();
        }
      }
      for (const log of logs) log.writeAll();
      for (let pass = 0; pass < 4; pass++) {
        await tailer.pass();
        clock.turn(6000);
      }
      await tailer.stop();
      for (const [n, log] of logs.entries()) {
        for (const channel of ['stdout', 'stderr']) {
          const arrived = out.lines
            .filter((line) => line.channel === channel && line.stream.includes(`pod-${n}/`))
            .sort((a, b) => runOf(a) - runOf(b) || hourOf(a.at) - hourOf(b.at));
          const written = log.expected.filter((line) => line.channel === channel);
          expect(arrived.map(({ text }) => text)).toEqual(written.map(({ text }) => text));
        }
      }
      expect(tailer.stats().dropped).toBe(0);
    }),
    { numRuns: 120 },
  );
}, 60_000);
