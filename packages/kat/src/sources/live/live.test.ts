import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type LiveSource, NAMESPACES } from '../../index.ts';
import { kubeContexts } from './config.ts';
import { Forbidden, Gone, TooMany, Unauthorized, Unreachable } from './errors.ts';
import { linesOf } from './lines.ts';
import { isReachable, live } from './live.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function withServer(
  answer: Answer,
  use: (source: LiveSource, kubeconfig: string) => Promise<void>,
): Promise<void> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const kubeconfig = configAt(port);
  const source = live({ kubeconfig });
  try {
    await use(source, kubeconfig);
  } finally {
    source.close();
    server.closeAllConnections();
    server.close();
  }
}

const configAt = (port: number): string =>
  JSON.stringify(
    {
      clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: 'u', user: { token: 'word' } }],
      contexts: [{ name: 'here', context: { cluster: 'c', user: 'u', namespace: 'shop' } }],
      'current-context': 'here',
    },
    undefined,
    1,
  );

const refuse =
  (code: number, reason: string, headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ kind: 'Status', code, reason, message: `${reason} it is` }));
  };
const json =
  (value: unknown): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
  };
const WATCH = { resourceVersion: '1' };
const all = async (source: LiveSource): Promise<unknown[]> => Array.fromAsync(source.watch(NAMESPACES, WATCH));

describe('a live source', () => {
  it('gives listed objects the apiVersion and kind that LIST leaves out', async () => {
    const page = {
      metadata: { resourceVersion: '9', continue: 'more' },
      items: [{ metadata: { name: 'shop', uid: 'u1' } }],
    };
    await withServer(json(page), async (source) => {
      expect(await source.list(NAMESPACES, { limit: 1 })).toEqual({
        items: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', uid: 'u1' } }],
        resourceVersion: '9',
        continue: 'more',
      });
    });
  });

  it('sends the credentials and reads compressed answers', async () => {
    const answer: Answer = (request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify({ gitVersion: request.headers.authorization })));
    };
    await withServer(answer, async (source) => expect((await source.version()).gitVersion).toBe('Bearer word'));
  });

  it('says which rule would grant what is forbidden', async () => {
    await withServer(refuse(403, 'Forbidden'), async (source) => {
      const error = await source.list(NAMESPACES).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Forbidden);
      expect(error).toMatchObject({
        verb: 'list',
        resource: 'namespaces',
        rule: { apiGroups: [''], resources: ['namespaces'], verbs: ['list'] },
      });
    });
  });

  it('tells its refusals apart', async () => {
    await withServer(refuse(401, 'Unauthorized'), async (source) =>
      expect(source.version()).rejects.toBeInstanceOf(Unauthorized),
    );
    await withServer(refuse(410, 'Expired'), async (source) =>
      expect(source.list(NAMESPACES)).rejects.toBeInstanceOf(Gone),
    );
    await withServer(refuse(429, 'TooManyRequests', { 'retry-after': '7' }), async (source) => {
      await expect(source.list(NAMESPACES)).rejects.toMatchObject({ name: 'TooMany', retryAfterMs: 7000 });
    });
    expect(new TooMany('', 429, '', 1).status).toBe(429);
  });

  it('answers what is not there with undefined', async () => {
    await withServer(refuse(404, 'NotFound'), async (source) =>
      expect(await source.get(NAMESPACES, undefined, 'x')).toBeUndefined(),
    );
  });

  it('yields watched objects and bookmarks as they come, however they are cut', async () => {
    const lines = [
      { type: 'ADDED', object: { metadata: { name: 'a', uid: '1', resourceVersion: '2' } } },
      { type: 'BOOKMARK', object: { metadata: { resourceVersion: '5' } } },
    ]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join('');
    const answer: Answer = (_, response) => {
      response.write(lines.slice(0, 20));
      setImmediate(() => response.end(lines.slice(20)));
    };
    await withServer(answer, async (source) =>
      expect(await all(source)).toEqual([
        { type: 'OPEN' },
        {
          type: 'ADDED',
          object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a', uid: '1', resourceVersion: '2' } },
        },
        { type: 'BOOKMARK', resourceVersion: '5' },
      ]),
    );
  });

  it('throws Gone when a watch is told that its version is compacted', async () => {
    const gone = { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' } };
    await withServer(json(gone), async (source) => expect(all(source)).rejects.toBeInstanceOf(Gone));
  });

  it('throws when a watch breaks off, and ends when it is told to', async () => {
    const breaks: Answer = (_, response) => {
      response.write('{"type":');
      setImmediate(() => response.destroy());
    };
    await withServer(breaks, async (source) => expect(all(source)).rejects.toBeInstanceOf(Unreachable));
    const stop = new AbortController();
    const silent: Answer = (_, response) => {
      response.flushHeaders();
      setImmediate(() => stop.abort());
    };
    await withServer(silent, async (source) => {
      const seen = await Array.fromAsync(source.watch(NAMESPACES, { ...WATCH, signal: stop.signal }));
      expect(seen.length).toBeLessThanOrEqual(1);
    });
  });

  it('passes an object of a megabyte, and refuses a line without end', async () => {
    const file = 'x'.repeat(1_000_000);
    const event = { type: 'ADDED', object: { metadata: { name: 'a', uid: '1' }, data: { file } } };
    await withServer(json(event), async (source) => expect(JSON.stringify(await all(source))).toContain(file));
    const endless = (async function* () {
      for (;;) yield Buffer.alloc(1000, 0x61);
    })();
    await expect(Array.fromAsync(linesOf(endless, 5_000))).rejects.toThrow('a line over 5000 bytes');
  });

  it('reads pod logs line by line', async () => {
    const answer: Answer = (request, response) => {
      response.end(`${request.url}\none\n\nlast without end`);
    };
    await withServer(answer, async (source) => {
      const lines = await Array.fromAsync(
        source.podLogs('shop', 'cart-1', { container: 'main', tail: 5, previous: true }),
      );
      expect(lines).toEqual([
        '/api/v1/namespaces/shop/pods/cart-1/log?container=main&previous=true&tailLines=5',
        'one',
        '',
        'last without end',
      ]);
    });
  });

  it('says when nobody answers, soon', async () => {
    const kubeconfig = configAt(9);
    await expect(live({ kubeconfig }).version()).rejects.toBeInstanceOf(Unreachable);
    expect(await isReachable({ kubeconfig }, 300)).toBe(false);
    await withServer(refuse(401, 'Unauthorized'), async (_, here) =>
      expect(await isReachable({ kubeconfig: here })).toBe(true),
    );
  });

  it('reads what a kubeconfig offers, and says which contexts there are when one is asked for that is not', async () => {
    const offered = await kubeContexts(configAt(1));
    expect(offered).toEqual({
      contexts: [{ name: 'here', cluster: 'c', server: 'http://127.0.0.1:1', namespace: 'shop' }],
      current: 'here',
    });
    await expect(live({ kubeconfig: configAt(1), context: 'there' }).version()).rejects.toThrow(
      'no context there in the kubeconfig; it has here',
    );
    expect(await kubeContexts('/nowhere/at/all')).toEqual({ contexts: [] });
  });
});
