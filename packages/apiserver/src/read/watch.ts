// Watching: what happens to the selected objects from a version on, after what is there already when that is wished.
import type { Asked } from '../http/asked.ts';
import { isTrue } from '../http/asked.ts';
import { badRequest, gone, type KubeObject, type WatchEvent } from '../port.ts';
import { methodNotAllowed, tooMany } from '../status.ts';
import { isBeyond, snapshot, versionIn } from './list.ts';
import { selection, type Test } from './select.ts';
import { openStream } from './watch-stream.ts';

const INITIAL_EVENTS_END = { 'k8s.io/initial-events-end': 'true' };

export async function answerWatch(asked: Asked): Promise<void> {
  const { source, res, kind, stored, namespace, limits, watchers } = asked;
  const { watch } = source;
  if (watch === undefined) throw methodNotAllowed('this source cannot be watched');
  if (watchers.open >= limits.mostWatchers) throw tooMany(`${limits.mostWatchers} watches are open already`);
  const initial = initialOf(asked);
  const test = selection(asked);
  const start = await startOf(asked, initial);
  if (res.closed) return;
  const stream = openStream(asked);
  for (const object of start.objects) if (test === undefined || test(object)) stream.event('ADDED', object);
  if (initial === 'asked') stream.bookmark(start.resourceVersion, INITIAL_EVENTS_END);
  const tell = (change: WatchEvent) => {
    const type = seenAs(change, test);
    if (type !== undefined) stream.event(type, leaving(change, type));
  };
  try {
    refuseUnheardOf(start.resourceVersion, source.currentVersion());
    const { signal, taken } = stream;
    const space = kind.namespaced ? namespace : undefined;
    const replay = watch.call(source, stored, space, start.resourceVersion, tell, signal, taken);
    stream.settle();
    await replay;
    if (replay !== undefined) stream.end();
  } catch (error) {
    stream.fail(error);
  }
}

/** A version we never gave is of another life of this source: who waits for it to be passed would wait in vain. */
function refuseUnheardOf(version: string, current: string): void {
  if (isBeyond(version, current))
    throw gone(`resource version ${version} is not of this server, which is at ${current}`);
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

async function startOf(
  asked: Asked,
  initial: Initial,
): Promise<{ readonly objects: readonly KubeObject[]; readonly resourceVersion: string }> {
  const { source, query } = asked;
  const version = versionIn(query);
  if (initial === 'none') {
    return { objects: [], resourceVersion: version === '' || version === '0' ? source.currentVersion() : version };
  }
  const withoutMatch = new URLSearchParams(query);
  withoutMatch.delete('resourceVersionMatch');
  const { items, resourceVersion } = await snapshot({ ...asked, query: withoutMatch });
  return { objects: items, resourceVersion };
}

/** What `before` and after a change mean to someone who sees only selected objects. */
function seenAs(event: WatchEvent, test: Test | undefined): WatchEvent['type'] | undefined {
  if (test === undefined || event.type !== 'MODIFIED') {
    return test === undefined || test(event.object) ? event.type : undefined;
  }
  const is = test(event.object);
  const was = event.before === undefined ? is : test(event.before);
  if (is) return was ? 'MODIFIED' : 'ADDED';
  return was ? 'DELETED' : undefined;
}

/** An object that leaves the selection is told as it last was in it, at the version of the change. */
function leaving({ type, object, before }: WatchEvent, as: WatchEvent['type']): KubeObject {
  if (type === as || as !== 'DELETED' || before === undefined) return object;
  return { ...before, metadata: { ...before.metadata, resourceVersion: object.metadata.resourceVersion } };
}
