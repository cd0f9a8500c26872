// Watching: the objects' changes as lines of JSON, with bookmarks, until time runs out or the reader falls behind.
import type { Asked } from '../http/asked.ts';
import { isTrue } from '../http/asked.ts';
import { sayWarning } from '../http/respond.ts';
import { apiVersionOf } from '../kinds/kind.ts';
import { badRequest, type KubeObject, type WatchEvent } from '../port.ts';
import { methodNotAllowed, statusOf, tooMany } from '../status.ts';
import { snapshot } from './list.ts';
import { selection, type Test } from './select.ts';
import { watchShaper } from './shapes.ts';

/** As kube-apiserver: a watch without a timeout ends by itself after half an hour to an hour. */
const LONGEST_WATCH_S = 3_600;
const INITIAL_EVENTS_END = { 'k8s.io/initial-events-end': 'true' };

export async function answerWatch(asked: Asked): Promise<void> {
  const { source, res, limits, watchers } = asked;
  if (source.watch === undefined) throw methodNotAllowed('this source cannot be watched');
  if (watchers.open >= limits.mostWatchers) throw tooMany(`${limits.mostWatchers} watches are open already`);
  const initial = initialOf(asked);
  const test = selection(asked);
  const stream = watchStream(asked);
  const start = await initialEvents(asked, initial);
  if (res.closed) return;
  stream.open();
  for (const object of start.objects) if (test === undefined || test(object)) stream.event('ADDED', object);
  if (initial === 'asked') stream.bookmark(start.resourceVersion, INITIAL_EVENTS_END);
  stream.follow(start.resourceVersion, test);
}

type Initial = 'none' | 'implied' | 'asked';

/** Without a version (or with "0") a watch begins with what exists, unless the client says otherwise. */
function initialOf({ query }: Asked): Initial {
  const version = query.get('resourceVersion') ?? '';
  const wish = query.get('sendInitialEvents');
  if (wish === null) return version === '' || version === '0' ? 'implied' : 'none';
  if (query.get('resourceVersionMatch') !== 'NotOlderThan') {
    throw badRequest('sendInitialEvents needs resourceVersionMatch "NotOlderThan"');
  }
  return isTrue(wish) ? 'asked' : 'none';
}

async function initialEvents(
  asked: Asked,
  initial: Initial,
): Promise<{ readonly objects: readonly KubeObject[]; readonly resourceVersion: string }> {
  const { source, query } = asked;
  const version = query.get('resourceVersion') ?? '';
  if (initial === 'none') {
    return { objects: [], resourceVersion: version === '' || version === '0' ? source.currentVersion() : version };
  }
  const withoutMatch = new URLSearchParams(query);
  withoutMatch.delete('resourceVersionMatch');
  const { items, resourceVersion } = await snapshot({ ...asked, query: withoutMatch });
  return { objects: items, resourceVersion };
}

/** What `before` and after a change mean to someone who sees only selected objects. */
export function seenAs(event: WatchEvent, test: Test | undefined): WatchEvent['type'] | undefined {
  if (test === undefined || event.type !== 'MODIFIED') {
    return test === undefined || test(event.object) ? event.type : undefined;
  }
  const is = test(event.object);
  const was = event.before === undefined ? is : test(event.before);
  if (is) return was ? 'MODIFIED' : 'ADDED';
  return was ? 'DELETED' : undefined;
}

function watchStream(asked: Asked) {
  const { source, kind, stored, namespace, res, limits, query, watchers } = asked;
  const shape = watchShaper(asked);
  const stop = new AbortController();

  const line = (type: string, object: unknown) => {
    if (stop.signal.aborted) return;
    res.write(`${JSON.stringify({ type, object })}\n`);
    if (res.writableLength > limits.mostUnsentBytes) res.destroy();
  };
  const event = (type: string, object: KubeObject) => line(type, shape(object));
  const bookmark = (resourceVersion: string, annotations?: object) =>
    line('BOOKMARK', bookmarkOf(asked, resourceVersion, annotations));
  const regularBookmark = () => {
    if (isTrue(query.get('allowWatchBookmarks'))) bookmark(source.currentVersion());
  };
  const fail = (error: unknown) => {
    line('ERROR', statusOf(error).body);
    res.end();
  };

  return {
    event,
    bookmark,
    open() {
      watchers.open++;
      sayWarning(asked);
      res.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
      res.flushHeaders();
      const bookmarks = setInterval(regularBookmark, limits.bookmarkEveryMs);
      const end = setTimeout(() => {
        regularBookmark();
        res.end();
      }, secondsOf(query) * 1000);
      res.on('close', () => {
        watchers.open--;
        clearInterval(bookmarks);
        clearTimeout(end);
        stop.abort();
      });
    },
    follow(resourceVersion: string, test: Test | undefined) {
      const tell = (change: WatchEvent) => {
        const type = seenAs(change, test);
        if (type !== undefined) event(type, leaving(change, type));
      };
      try {
        source.watch?.(stored, kind.namespaced ? namespace : undefined, resourceVersion, tell, stop.signal);
      } catch (error) {
        fail(error);
      }
    },
  };
}

/** An object that leaves the selection is told as it last was in it, at the version of the change. */
function leaving({ type, object, before }: WatchEvent, as: WatchEvent['type']): KubeObject {
  if (type === as || as !== 'DELETED' || before === undefined) return object;
  return { ...before, metadata: { ...before.metadata, resourceVersion: object.metadata.resourceVersion } };
}

function bookmarkOf({ kind, wanted }: Asked, resourceVersion: string, annotations?: object): object {
  const metadata = { resourceVersion, ...(annotations === undefined ? {} : { annotations }) };
  if (wanted.shape === 'table')
    return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: { resourceVersion }, rows: [] };
  if (wanted.shape === 'metadata') return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
  return { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata };
}

function secondsOf(query: URLSearchParams): number {
  const asked = Number(query.get('timeoutSeconds') ?? '');
  if (Number.isFinite(asked) && asked > 0) return Math.min(asked, 24 * LONGEST_WATCH_S);
  return (LONGEST_WATCH_S / 2) * (1 + Math.random());
}
