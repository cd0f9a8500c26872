import type { TopologyDelta } from '@mosaic/wire';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { followTopology, type StreamState } from './stream.ts';

class Source extends EventTarget {
  static last: Source;
  readyState = 0;
  constructor(readonly url: string) {
    super();
    Source.last = this;
  }
  close(): void {
    this.readyState = 2;
  }
  say(type: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(type, { data: typeof data === 'string' ? data : JSON.stringify(data) }));
  }
}

const heard = { deltas: [] as TopologyDelta[], resyncs: 0, progress: [] as number[], states: [] as StreamState[] };
let stop: () => void;
beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(heard, { deltas: [], resyncs: 0, progress: [], states: [] });
  stop = followTopology(
    { level: 'pod', cluster: undefined },
    {
      delta: (d) => heard.deltas.push(d),
      resync: () => heard.resyncs++,
      progress: (p) => heard.progress.push(p),
      state: (s) => heard.states.push(s),
    },
    // a stand-in with what the page uses of EventSource
    Source as unknown as typeof EventSource,
  );
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

it('the live graph is asked for as the view wants it, and its deltas arrive', () => {
  expect(Source.last.url).toBe('/api/v1/topology/stream?level=pod');
  Source.last.say('open', '');
  Source.last.say('topology', { at: 'x' });
  Source.last.say('topology', 'not json');
  Source.last.say('progress', { progress: 0.4 });
  expect([heard.deltas.length, heard.progress, heard.states]).toEqual([1, [0.4], ['streaming']]);
});

it('a lost stream is said, polling takes over, and when it is back everything is read again', () => {
  Source.last.say('open', '');
  Source.last.dispatchEvent(new Event('error'));
  vi.advanceTimersByTime(10_000);
  expect(heard.states.at(-1)).toBe('lost');
  expect(heard.resyncs).toBe(2);
  Source.last.say('open', '');
  expect(heard.states.at(-1)).toBe('streaming');
  expect(heard.resyncs).toBe(3);
  vi.advanceTimersByTime(60_000);
  expect(heard.resyncs).toBe(3);
});

it('a refused stream is tried again later', () => {
  const first = Source.last;
  first.readyState = 2;
  first.dispatchEvent(new Event('error'));
  vi.advanceTimersByTime(31_000);
  expect(Source.last).not.toBe(first);
});
