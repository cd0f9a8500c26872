import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, test } from 'vitest';
import { Unreachable } from './errors.ts';
import { live } from './live.ts';

const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'; // RFC 6455
const [OUT, STATUS] = [1, 3];
const frame = (channel: number, text: string): Buffer => {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x82, bytes.length + 1, channel]), bytes]);
};

/** An API server that lets the command begin, and then does `then` with the connection. */
async function answerOf(then: (socket: Socket) => void) {
  const server = createServer().listen(0, '127.0.0.1');
  server.on('upgrade', ({ headers }, socket: Socket) => {
    socket.on('error', () => undefined); // the client is done with it
    const key = createHash('sha1').update(`${headers['sec-websocket-key']}${MAGIC}`).digest('base64');
    socket.write(
      [
        'HTTP/1.1 101 Switching Protocols',
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Accept: ${key}`,
        'Sec-WebSocket-Protocol: v5.channel.k8s.io',
        '\r\n',
      ].join('\r\n'),
    );
    then(socket);
  });
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const source = live({ kubeconfig: configAt(port) });
  try {
    return await source.podExec('shop', 'api-0', 'api', ['date']);
  } finally {
    source.close();
    server.closeAllConnections();
    server.close();
  }
}

/** In lines, so that it is no path. */
const configAt = (port: number): string => `clusters: [{ name: c, cluster: { server: 'http://127.0.0.1:${port}' } }]
users: [{ name: u, user: { token: word } }]
contexts: [{ name: here, context: { cluster: c, user: u } }]
current-context: here`;

test('what a command says and how it ended', async () => {
  const answer = await answerOf((socket) => {
    socket.write(frame(OUT, 'now'));
    socket.end(frame(STATUS, '{"status":"Success"}'));
  });
  expect(answer).toEqual({ isDone: true, out: 'now', err: '' });
});

test('a connection that ends before the command did is an error, not a wait without end', async () => {
  const cut = answerOf((socket) => socket.end(frame(OUT, 'no')));
  await expect(cut).rejects.toThrow(Unreachable);
  await expect(cut).rejects.toThrow('shop/api-0: the connection ended before the command did');
});
