import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { at, recordOf, textAt } from '../json.ts';
import { plant, pod, type TestApi, testApi } from '../testing/test-api.ts';

const PODS = '/api/v1/namespaces/default/pods';
const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };

let api: TestApi;
const stops: AbortController[] = [];
beforeEach(async () => {
  api = await testApi({ api: { bookmarkEveryMs: 30, mostWaiting: 100, mostWatchers: 3 } });
});
afterEach(async () => {
  for (const stop of stops.splice(0)) stop.abort();
  await api.close();
});

/** Reads a watch line by line; `next` waits for a line, `ended` for the end. */
async function watching(path: string, headers: Record<string, string> = {}) {
  const stop = new AbortController();
  stops.push(stop);
  const response = await fetch(`${api.server.url}${path}`, { headers, signal: stop.signal });
  const lines = linesOf(response);
  return {
    response,
    stop: () => stop.abort(),
    async next(): Promise<{ type: string; object: unknown }> {
      const { value = '{}' } = await lines.next();
      const line = recordOf(JSON.parse(value));
      return { type: textAt(line, 'type'), object: line.object };
    },
    ended: async () => (await lines.next()).done,
  };
}

async function* linesOf(response: Response): AsyncGenerator<string, undefined> {
  let rest = '';
  for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    rest += part;
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  return undefined;
}

const nameOf = (object: unknown): string => textAt(object, 'metadata', 'name');

describe('a watch', () => {
  it('tells what happens after its version, once', async () => {
    plant(api.source, 'Pod', pod('old'));
    const version = api.source.currentVersion();
    plant(api.source, 'Pod', pod('missed'));
    const watch = await watching(`${PODS}?watch=true&resourceVersion=${version}`);
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'missed' } } });
    await api.send('DELETE', `${PODS}/old`);
    const gone = await watch.next();
    expect([gone.type, nameOf(gone.object)]).toEqual(['DELETED', 'old']);
    expect(Number(textAt(gone.object, 'metadata', 'resourceVersion'))).toBeGreaterThan(Number(version));
  });

  it('without a version begins with what is there', async () => {
    plant(api.source, 'Pod', pod('old'));
    const watch = await watching(`${PODS}?watch=1`);
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'old' } } });
  });

  it('an object that comes into or leaves the selection is added or deleted', async () => {
    const version = api.source.currentVersion();
    const watch = await watching(`${PODS}?watch=true&labelSelector=in%3Dyes&resourceVersion=${version}`);
    for (const labels of [{ in: 'no' }, { in: 'yes' }, { in: 'yes', more: 'x' }, { in: 'no' }])
      plant(api.source, 'Pod', pod('a', { metadata: { labels } }));
    expect((await watch.next()).type).toBe('ADDED');
    expect((await watch.next()).type).toBe('MODIFIED');
    const left = await watch.next();
    expect(left).toMatchObject({
      type: 'DELETED',
      object: { metadata: { labels: { in: 'yes' }, resourceVersion: api.source.currentVersion() } },
    });
  });

  it('one object is watched by its name', async () => {
    const watch = await watching(
      `${PODS}?watch=true&fieldSelector=metadata.name%3Db&resourceVersion=${api.source.currentVersion()}`,
    );
    plant(api.source, 'Pod', pod('a'));
    plant(api.source, 'Pod', pod('b'));
    expect(nameOf((await watch.next()).object)).toBe('b');
  });

  it('as tables names its columns once', async () => {
    const watch = await watching(
      `${PODS}?watch=true&includeObject=Object&resourceVersion=${api.source.currentVersion()}`,
      TABLE,
    );
    plant(api.source, 'Pod', pod('a'));
    plant(api.source, 'Pod', pod('b'));
    const [first, second] = [await watch.next(), await watch.next()];
    expect(first).toMatchObject({
      type: 'ADDED',
      object: {
        kind: 'Table',
        rows: [{ cells: ['a', '0/1', '', '0', '0s', '<none>', '<none>', '<none>', '<none>'], object: { kind: 'Pod' } }],
      },
    });
    expect(at(first.object, 'columnDefinitions')).toHaveLength(9);
    expect(at(second.object, 'columnDefinitions')).toBeUndefined();
  });

  it('gets bookmarks when it wants them', async () => {
    const watch = await watching(
      `${PODS}?watch=true&allowWatchBookmarks=true&resourceVersion=${api.source.currentVersion()}`,
    );
    expect(await watch.next()).toEqual({
      type: 'BOOKMARK',
      object: { kind: 'Pod', apiVersion: 'v1', metadata: { resourceVersion: api.source.currentVersion() } },
    });
  });

  it('can have the initial list as events, with a mark at its end', async () => {
    plant(api.source, 'Pod', pod('a'));
    const watch = await watching(
      `${PODS}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    );
    expect((await watch.next()).type).toBe('ADDED');
    expect(await watch.next()).toMatchObject({
      type: 'BOOKMARK',
      object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
    });
  });

  it('from a forgotten version ends with 410 Expired', async () => {
    const version = api.source.currentVersion();
    plant(api.source, 'Pod', pod('a'));
    api.source.compact();
    const watch = await watching(`${PODS}?watch=true&resourceVersion=${version}`);
    expect(await watch.next()).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', code: 410, reason: 'Expired' },
    });
    expect(await watch.ended()).toBe(true);
  });

  it('ends when its time is over', async () => {
    const watch = await watching(
      `${PODS}?watch=true&timeoutSeconds=0.05&resourceVersion=${api.source.currentVersion()}`,
    );
    expect(await watch.ended()).toBe(true);
  });

  it('one too many is told to come later, and room is made when one leaves', async () => {
    const path = `${PODS}?watch=true&resourceVersion=${api.source.currentVersion()}`;
    const [first] = await Promise.all([watching(path), watching(path), watching(path)]);
    expect((await watching(path)).response.status).toBe(429);
    first.stop();
    await vi.waitFor(async () => expect((await watching(path)).response.status).toBe(200));
  });

  const neverReading = (path: string, meanwhile: () => void): Promise<string> =>
    new Promise((done) => {
      const client = request(`${api.server.url}${path}`, (response) => {
        response.pause();
        response.on('error', (error) => done(error.message));
        meanwhile();
        setTimeout(() => response.resume(), 1_000); // fifty times the server's patience
      });
      client.end();
    });
  const big = (text: unknown) => pod('a', { metadata: { annotations: { text: 'x'.repeat(100_000) + text } } });

  it('a reader that does not keep up is dropped', async () => {
    const path = `${PODS}?watch=true&resourceVersion=${api.source.currentVersion()}`;
    const said = await neverReading(path, () => {
      for (let i = 0; i < 300; i++) plant(api.source, 'Pod', big(i));
    });
    expect(said).toBe('aborted');
  });

  it('a reader that takes nothing is dropped after a while', async () => {
    await api.close();
    api = await testApi({ api: { patienceMs: 20 } });
    const path = `${PODS}?watch=true&resourceVersion=${api.source.currentVersion()}`;
    const said = await neverReading(path, () => {
      for (let i = 0; i < 300; i++) plant(api.source, 'Pod', big(i));
    });
    expect(said).toBe('aborted');
  });

  it('a long past is told whole to a reader that does read', async () => {
    const version = api.source.currentVersion();
    for (let i = 0; i < 400; i++)
      plant(api.source, 'Pod', pod(`p${i}`, { metadata: { annotations: { text: 'x'.repeat(5_000) } } }));
    const watch = await watching(`${PODS}?watch=true&resourceVersion=${version}`);
    for (let i = 0; i < 400; i++) expect(nameOf((await watch.next()).object)).toBe(`p${i}`);
  });

  it('from a version this server never gave is told to begin anew', async () => {
    const watch = await watching(`${PODS}?watch=true&resourceVersion=99999`);
    expect(await watch.next()).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
  });
});

describe('logs', () => {
  beforeEach(async () => {
    await api.close();
    api = await testApi({
      async *logs(_namespace, name, query) {
        for (let i = 0; i < (query.tailLines ?? 3); i++) yield `${name}/${query.container} ${i}`;
      },
    });
    plant(api.source, 'Pod', pod('one'));
    plant(
      api.source,
      'Pod',
      pod('two', {
        spec: {
          containers: [
            { name: 'a', image: 'a' },
            { name: 'b', image: 'b' },
          ],
        },
      }),
    );
  });

  it('are text, of the only container or of the one named', async () => {
    expect((await api.get(`${PODS}/one/log`)).body.text).toBe('one/main 0\none/main 1\none/main 2\n');
    expect((await api.get(`${PODS}/two/log?container=b&tailLines=1`)).body.text).toBe('two/b 0\n');
    expect((await api.get(`${PODS}/one/log?limitBytes=5`)).body.text).toBe('one/m');
  });

  it('of nobody, or of nobody in particular, are refused', async () => {
    expect((await api.get(`${PODS}/none/log`)).body).toMatchObject({ code: 404 });
    expect((await api.get(`${PODS}/two/log`)).body).toMatchObject({
      code: 400,
      message: 'a container name must be specified for pod two, choose one of: [a b]',
    });
    expect((await api.get(`${PODS}/one/log?container=x`)).body).toMatchObject({
      code: 400,
      message: 'container x is not valid for pod one',
    });
    expect((await api.get(`${PODS}/one/log?tailLines=some`)).code).toBe(400);
  });
});
