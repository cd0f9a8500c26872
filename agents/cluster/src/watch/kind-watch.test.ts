import {
  Gone,
  type ListPage,
  type LiveSource,
  type Manifest,
  NAMESPACES,
  Unreachable,
  type WatchEvent,
} from '@mosaic/kat';
import { silentLog } from '@mosaic/runtime';
import { quickClock, until } from '@mosaic/runtime/testing';
import { expect, it } from 'vitest';
import { gate } from './gate.ts';
import { type KindEvents, kindWatch } from './kind-watch.ts';

const namespace = (name: string, resourceVersion: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, uid: `uid-${name}`, resourceVersion },
});
const page = (resourceVersion: string, ...names: string[]): ListPage => ({
  items: names.map((name) => namespace(name, '1')),
  resourceVersion,
});

/** A source that answers from a script; the last answer of each kind stays. */
function scripted(
  lists: (ListPage | Error)[],
  watches: ((WatchEvent | Error)[] | 'silent')[],
): Pick<LiveSource, 'list' | 'watch'> {
  return {
    async list() {
      const next = lists.length > 1 ? lists.shift() : lists[0];
      if (next instanceof Error || next === undefined) throw next;
      return next;
    },
    async *watch(_, { signal }) {
      const next = (watches.length > 1 ? watches.shift() : watches[0]) ?? 'silent';
      yield { type: 'OPEN' };
      for (const event of next === 'silent' ? [] : next) {
        if (event instanceof Error) throw event;
        yield event;
      }
      await new Promise<void>((ended) =>
        signal?.aborted ? ended() : signal?.addEventListener('abort', () => ended()),
      );
    },
  };
}

function watching(source: Pick<LiveSource, 'list' | 'watch'>) {
  const seen: string[] = [];
  const events: KindEvents = {
    onObject: (object, op) => seen.push(`${op} ${object.metadata.name}`),
    onGone: (object, goneAfter) =>
      seen.push(`${goneAfter === undefined ? 'deleted' : 'missing'} ${object.metadata.name}`),
    onListed: (again) => seen.push(again ? 'listed again' : 'listed'),
    onGap: (_, __, reason) => seen.push(`gap: ${reason}`),
    onRestored: () => seen.push('restored'),
  };
  const watch = kindWatch({
    source,
    type: NAMESPACES,
    gate: gate(4),
    clock: quickClock(1000),
    log: silentLog,
    ...events,
  });
  return { seen, watch };
}

it('an expired version makes it list again, and what is missing then is gone', async () => {
  const added: WatchEvent = { type: 'ADDED', object: namespace('c', '6') };
  const { seen, watch } = watching(
    scripted([page('5', 'a', 'b'), page('9', 'a', 'c')], [[added, new Gone('too old', 410, 'Expired')], 'silent']),
  );
  await until('the second list', () => seen.includes('listed again'));
  await watch.stop();
  expect(seen).toEqual([
    'add a',
    'add b',
    'listed',
    'add c',
    'add a',
    'add c',
    'missing b',
    'gap: listing again',
    'listed again',
  ]);
});

it('a LIST that fails proves no deletion', async () => {
  const lost = new Unreachable('away', 0, 'Unreachable');
  const { seen, watch } = watching(
    scripted([page('5', 'a'), lost, page('7', 'a')], [[new Gone('too old', 410, 'Expired')], 'silent']),
  );
  await until('the second list', () => seen.includes('listed again'));
  await watch.stop();
  expect(seen.filter((what) => what.startsWith('missing'))).toEqual([]);
});

it('a cluster that knows less than before was restored', async () => {
  const { seen, watch } = watching(
    scripted([page('50', 'a'), page('7', 'a')], [[new Gone('too old', 410, 'Expired')]]),
  );
  await until('it is noticed', () => seen.includes('restored'));
  await watch.stop();
  expect(seen).not.toContain('listed again');
});

it('silence past the expected bookmark reopens the watch and is a gap', async () => {
  const bookmark: WatchEvent = { type: 'BOOKMARK', resourceVersion: '6' };
  const { seen, watch } = watching(
    scripted([page('5', 'a')], [[bookmark], [{ type: 'DELETED', object: namespace('a', '7') }], 'silent']),
  );
  await until('the delete', () => seen.includes('deleted a'));
  await watch.stop();
  expect(seen.slice(0, 3)).toEqual(['add a', 'listed', 'gap: watch went silent']);
  expect(seen).not.toContain('missing a'); // it went on where it was, without listing again
});

it('a kind that is deleted takes its objects along', async () => {
  const { seen, watch } = watching(scripted([page('5', 'a')], ['silent']));
  await watch.settled;
  await watch.stop(true);
  expect(seen).toEqual(['add a', 'listed', 'missing a']);
});
