// The lines of one watch: written as fast as their reader takes them, waiting in a queue of bounded length until then.
import type { Asked } from '../http/asked.ts';
import { isTrue } from '../http/asked.ts';
import { sayWarning } from '../http/respond.ts';
import { apiVersionOf } from '../kinds/kind.ts';
import type { KubeObject } from '../port.ts';
import { statusOf } from '../status.ts';
import { watchShaper } from './shapes.ts';

/** As kube-apiserver: a watch without a timeout ends by itself after half an hour to an hour. */
const LONGEST_WATCH_S = 3_600;

export interface WatchStream {
  readonly signal: AbortSignal;
  event(type: string, object: KubeObject): void;
  bookmark(resourceVersion: string, annotations?: object): void;
  /** What waits now is not held against the reader: from here on the bound counts. */
  settle(): void;
  /** Resolves when nothing waits any more, or nobody reads. */
  taken(): Promise<void>;
  /** After what waits. */
  end(): void;
  fail(error: unknown): void;
}

type Line = () => string;

/** Answers the request with a stream that ends with its time, its reader or its room. */
export function openStream(asked: Asked): WatchStream {
  const { source, res, limits, query, watchers } = asked;
  const shape = watchShaper(asked);
  const stop = new AbortController();
  const write = lineWriter(asked);
  const say = (type: string, object: () => unknown) =>
    write.say(() => `${JSON.stringify({ type, object: object() })}\n`);
  const bookmark = (resourceVersion: string, annotations?: object) =>
    say('BOOKMARK', () => bookmarkOf(asked, resourceVersion, annotations));
  /** Behind what still waits, a bookmark of now would promise too much: it is made when its turn comes. */
  const regularBookmark = () => {
    if (isTrue(query.get('allowWatchBookmarks')) && write.isIdle()) bookmark(source.currentVersion());
  };

  watchers.open++;
  sayWarning(asked);
  res.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  res.flushHeaders();
  const bookmarks = setInterval(regularBookmark, limits.bookmarkEveryMs);
  const end = setTimeout(() => {
    regularBookmark();
    write.end();
  }, secondsOf(query) * 1000);
  res.on('close', () => {
    watchers.open--;
    clearInterval(bookmarks);
    clearTimeout(end);
    stop.abort();
  });
  return {
    signal: stop.signal,
    event: (type, object) => say(type, () => shape(object)),
    bookmark,
    settle: write.settle,
    taken: write.taken,
    end: write.end,
    fail(error) {
      say('ERROR', () => statusOf(error).body);
      write.end();
    },
  };
}

function lineWriter({ res, limits }: Asked) {
  let waiting: Line[] = [];
  let isBlocked = false;
  let isEnding = false;
  let most = Number.POSITIVE_INFINITY;
  let patience: NodeJS.Timeout | undefined;
  let waiters: (() => void)[] = [];

  const release = () => {
    for (const go of waiters) go();
    waiters = [];
  };
  const pump = () => {
    clearTimeout(patience);
    isBlocked = false;
    let taken = 0;
    while (taken < waiting.length && !isBlocked) isBlocked = !res.write(waiting[taken++]?.());
    waiting = waiting.slice(taken);
    if (waiting.length === 0 && !isBlocked) release();
    if (isBlocked) patience = setTimeout(() => res.destroy(), limits.patienceMs);
    else if (isEnding) res.end();
  };
  res.on('drain', pump);
  res.on('close', () => {
    clearTimeout(patience);
    waiting = [];
    release();
  });
  return {
    say(line: Line) {
      if (res.closed || isEnding) return;
      waiting.push(line);
      if (waiting.length > most) res.destroy();
      else if (!isBlocked) pump();
    },
    settle() {
      most = waiting.length + limits.mostWaiting;
    },
    taken: (): Promise<void> =>
      res.closed || (waiting.length === 0 && !isBlocked) ? Promise.resolve() : new Promise((go) => waiters.push(go)),
    isIdle: () => waiting.length === 0,
    end() {
      isEnding = true;
      if (!isBlocked) res.end();
    },
  };
}

function bookmarkOf({ kind, wanted }: Asked, resourceVersion: string, annotations?: object): object {
  const metadata = { resourceVersion, ...(annotations === undefined ? {} : { annotations }) };
  if (wanted.shape === 'table') {
    return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: { resourceVersion }, rows: [] };
  }
  if (wanted.shape === 'metadata') return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
  return { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata };
}

function secondsOf(query: URLSearchParams): number {
  const asked = Number(query.get('timeoutSeconds') ?? '');
  if (Number.isFinite(asked) && asked > 0) return Math.min(asked, 24 * LONGEST_WATCH_S);
  return (LONGEST_WATCH_S / 2) * (1 + Math.random());
}
