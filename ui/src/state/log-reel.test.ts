import type { LogLineAnswer, LogsAnswer } from '@mosaic/wire';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogQuery } from '../api/questions.ts';
import { LogReel, type ReelWish } from './log-reel.svelte.ts';

const T = Date.parse('2026-11-20T03:00:00Z');
const line = (second: number, id = `s${second}`): LogLineAnswer => ({
  id,
  at: `${new Date(T + second * 1000).toISOString().slice(0, 23)}000000Z`,
  cluster: 1,
  clusterName: 'eu-1',
  namespace: 'shop',
  pod: 'p',
  podUid: 'u',
  container: 'c',
  restart: 0,
  node: '',
  stream: 'stdout',
  level: 'info',
  line: `line ${second}`,
});

class Source extends EventTarget {
  static all: Source[] = [];
  readyState = 1;
  constructor(readonly url: string) {
    super();
    Source.all.push(this);
  }
  close(): void {
    this.readyState = 2;
  }
  say(type: string, data: unknown = ''): void {
    this.dispatchEvent(new MessageEvent(type, { data: typeof data === 'string' ? data : JSON.stringify(data) }));
  }
}

let asked: LogQuery[];
let pages: Partial<LogsAnswer>[];
let reel: LogReel;
beforeEach(() => {
  vi.useFakeTimers({ now: T + 100_000 });
  asked = [];
  pages = [];
  Source.all = [];
  const logs = async (q: LogQuery) => {
    asked.push(q);
    return { items: [], source: 'store' as const, coverage: { complete: true, gaps: [] }, ...pages.shift() };
  };
  // a stand-in with what the page uses of EventSource
  reel = new LogReel({ logs }, Source as unknown as typeof EventSource);
});
afterEach(() => {
  reel.stop();
  vi.useRealTimers();
});

const past: ReelWish = { filter: { cluster: 1, pod: 'p' }, from: T, to: T + 60_000, isLive: false };
const live: ReelWish = { ...past, isLive: true };
const ids = () => [...reel.lines].map(({ id }) => id);
const settle = () => vi.advanceTimersByTimeAsync(200);

describe('lines up to a moment', () => {
  it('the newest page is asked for, and stands oldest first', async () => {
    pages = [{ items: [line(3), line(2)], next: 'n1' }];
    reel.show(past);
    await settle();
    expect(asked[0]).toMatchObject({ from: T, to: T + 60_000, order: 'desc' });
    expect([ids(), reel.hasOlder]).toEqual([['s2', 's3'], true]);
  });

  it('older ones come in front, page by page, until there are no more', async () => {
    pages = [{ items: [line(3)], next: 'n1' }, { items: [line(2), line(1)] }];
    reel.show(past);
    await settle();
    await reel.older();
    await reel.older();
    expect(asked.map(({ cursor }) => cursor)).toEqual([undefined, 'n1']);
    expect([ids(), reel.lines.first, reel.hasOlder]).toEqual([['s1', 's2', 's3'], -2, false]);
  });

  it('while the playhead is dragged, only where it rests is asked for', async () => {
    reel.show(past);
    await settle();
    for (const to of [10, 20, 30]) reel.show({ ...past, to: T + to * 1000 });
    await settle();
    expect(asked.map(({ to }) => to - T)).toEqual([60_000, 30_000]);
  });

  it('the same wish is not asked twice', async () => {
    reel.show(past);
    await settle();
    reel.show({ ...past });
    await settle();
    expect(asked.length).toBe(1);
  });
});

describe('live lines', () => {
  it('come by the stream into their place, each once', async () => {
    pages = [{ items: [line(3), line(2)] }];
    reel.show(live);
    await settle();
    Source.all[0]?.say('log', { ...line(5), id: '1.live-a' });
    Source.all[0]?.say('log', { ...line(4), id: '1.live-b' });
    Source.all[0]?.say('log', { ...line(3), id: '1.live-c' });
    Source.all[0]?.say('log', 'no json');
    await settle();
    expect(ids()).toEqual(['s2', 's3', '1.live-b', '1.live-a']);
  });

  it('what was dropped on the way is read again and put between', async () => {
    pages = [{ items: [line(2)] }, { items: [line(4), line(3), line(2)] }];
    reel.show(live);
    await settle();
    Source.all[0]?.say('log', { ...line(4), id: '1.live-a' });
    Source.all[0]?.say('resync');
    await vi.advanceTimersByTimeAsync(4000);
    expect(ids()).toEqual(['s2', 's3', '1.live-a']);
  });

  it('after a long silence what does not join is begun anew, so that no hole is shown as whole', async () => {
    pages = [{ items: [line(2)] }, { items: [line(90), line(80)], next: 'more' }];
    reel.show(live);
    await settle();
    Source.all[0]?.say('resync');
    await vi.advanceTimersByTimeAsync(4000);
    expect(ids()).toEqual(['s80', 's90']);
  });

  it('a ticking clock asks nothing anew, a longer bar does', async () => {
    reel.show(live);
    await settle();
    reel.show({ ...live, from: T + 1000, to: T + 61_000 });
    await settle();
    expect(asked.length).toBe(1);
    reel.show({ ...live, from: T - 60_000 });
    await settle();
    expect(asked.map(({ from, to }) => to - from)).toEqual([60_000, 120_000]);
  });

  it('a pause ends the stream, and the past has none', async () => {
    reel.show(live);
    await settle();
    reel.show(past);
    expect([Source.all.length, Source.all[0]?.readyState, reel.stream]).toEqual([1, 2, 'off']);
  });

  it('a refused stream is tried again', async () => {
    reel.show(live);
    await settle();
    const [first] = Source.all;
    if (first) first.readyState = 2;
    first?.say('error');
    expect(reel.stream).toBe('lost');
    await vi.advanceTimersByTimeAsync(6000);
    expect(Source.all.length).toBe(2);
  });
});
