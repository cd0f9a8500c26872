import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { credentialsCommand, initCommand, rotateCommand } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'mosaic-commands-'));
const dir = join(folder, 'secrets');
afterAll(() => rmSync(folder, { recursive: true }));

const COMMANDS: Readonly<Record<string, () => Command>> = {
  init: initCommand,
  rotate: rotateCommand,
  credentials: credentialsCommand,
};

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const mosaic = (...args: readonly string[]): Promise<Ended> =>
  promisify(execFile)(process.execPath, [
    '-C',
    '@mosaic/source',
    join(import.meta.dirname, '../main.ts'),
    ...args,
  ]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
  );

/** The same without a process of its own: only what it says on stderr, and its code. */
async function told([name, ...args]: readonly string[]): Promise<readonly [code: unknown, stderr: string]> {
  const command = COMMANDS[name ?? ''];
  const lines: string[] = [];
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const listeners = process.stdout.listeners('error');
  await command?.().parseAsync(args, { from: 'user' });
  for (const added of process.stdout.listeners('error').slice(listeners.length))
    process.stdout.removeListener('error', added as () => void); // as `ended` added it
  stderr.mockRestore();
  const { exitCode } = process;
  process.exitCode = undefined;
  return [exitCode, lines.join('')];
}

let first: Ended;
beforeAll(async () => {
  first = await mosaic('init', '--dir', dir, '--agent', '3');
});

test('init says what it made, and how the password is read, but not the password', async () => {
  expect([first.code, first.stderr]).toEqual([0, '']);
  expect(first.stdout).toContain('made       agent-3-kafka (agent-3/mosaic-agent-kafka)');
  expect(first.stdout).toContain(`the administrator's password: cat ${dir}/mosaic-admin/password`);
  expect(first.stdout).not.toContain(readFileSync(join(dir, 'mosaic-admin/password'), 'utf8'));
});

test('what is not understood is told with what was expected', async () => {
  const tries: readonly (readonly [readonly string[], RegExp])[] = [
    [['init'], /say where: --context NAME .* or --dir FOLDER/],
    [['init', '--dir', dir, '--context', 'x'], /exclude each other/],
    [['init', '--dir', dir, '--agent', '0'], /--agent 0: expected the id of an enrolled cluster/],
    [['init', '--context', 'x', '--agent-context', 'y'], /goes with --agent/],
    [['init', '--dir', dir, '--days', 'never'], /--days never: expected days/],
    [['rotate', 'nothing', '--dir', dir], /nothing is called nothing: kafka-ca, /],
    [['rotate', 'kafka-cluster', '--dir', dir], /is not rotated: Kafka’s disks/],
    [['rotate', 'admin', '--dir', dir], /--server http:\/\/localhost:9000/],
    [['rotate', 'admin', '--dir', dir, '--server', 'http://example.org'], /goes over https only/],
    [['rotate', 'agent-3-key', '--dir', dir], /enrol anew/],
    [['rotate', 'api-kafka', '--finish', '--dir', dir], /go with ca, kafka-ca, cassandra-ca or all/],
    [['credentials', '--dir', join(folder, 'none')], /no such folder; mosaic init --dir/],
  ];
  for (const [args, expected] of tries)
    expect([args, ...(await told(args))]).toEqual([args, 2, expect.stringMatching(expected)]);
});

test('in a folder a rotation says what to restart, and which step comes next', async () => {
  const one = await mosaic('rotate', 'agent-3-kafka', '--dir', dir);
  expect(one.stdout).toContain('docker compose restart agent\n');
  const step = await mosaic('rotate', 'cassandra-ca', '--dir', dir);
  expect(step.stdout).toContain('docker compose restart cassandra receiver deriver api\n');
  expect(step.stdout).toContain('mosaic rotate cassandra-ca --continue');
  const early = await mosaic('rotate', 'cassandra-ca', '--finish', '--dir', dir);
  expect([early.code, early.stderr]).toEqual([1, expect.stringContaining('--continue')]);
  const listed = await mosaic('credentials', '--dir', dir);
  expect(listed.stdout).toMatch(/cassandra-ca .* good +being replaced; next: mosaic rotate cassandra-ca --continue/);
  expect((await mosaic('rotate', 'due', '--dir', dir)).stdout).toContain('nothing is due');
});
