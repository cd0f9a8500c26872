import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseEntry } from '../../../agents/node/src/connections/conntrack.ts';
import { parseSockets } from '../../../agents/node/src/connections/proc-net.ts';
import { nodeConnections } from './node-connections.ts';
import { nodeLogs } from './node-logs.ts';
import { nodePods } from './node-pods.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mosaic-bench-machine-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

test('the agent reads as many connections as were made, and some others after a change', () => {
  const pods = nodePods(10);
  const made = nodeConnections(root, pods, 200);
  const sockets = () =>
    [1, ...pods.map(({ pid }) => pid)].flatMap((pid) =>
      parseSockets(read(`proc/${pid}/net/tcp`), 'tcp').sockets.filter(({ remote }) => remote.port !== 0),
    );
  const before = new Set(sockets().map(({ inode }) => inode));
  expect(before.size).toBe(200);
  expect(
    read('proc/1/net/nf_conntrack')
      .trim()
      .split('\n')
      .flatMap((line) => parseEntry(line) ?? []).length,
  ).toBe(200);
  made.change(20);
  const after = sockets().map(({ inode }) => inode);
  expect([after.length, after.filter((inode) => !before.has(inode)).length]).toEqual([200, 20]);
});

test('every line is in a file or an archive, once', () => {
  const logs = nodeLogs(root, nodePods(3));
  for (let n = 0; n < 9; n++) {
    logs.write(100);
    if (n % 4 === 3) logs.rotate();
  }
  const files = globSync('var/log/pods/*/server/*', { cwd: root });
  const text = files
    .map((file) => (file.endsWith('.gz') ? gunzipSync(readFileSync(join(root, file))).toString() : read(file)))
    .join('');
  const numbers = text
    .trim()
    .split('\n')
    .map((line) => Number(/ n=(\d+)$/.exec(line)?.[1]));
  expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: logs.written }, (_, n) => n));
});
