import { expect, test } from 'vitest';
import { type ReadLine, readCri, readLine } from './cri.ts';
import { readDocker } from './docker-json.ts';

type Reader = (bytes: Uint8Array, from: number, to: number, into: ReadLine) => boolean;

/** The line stands between others, as it does in a buffer. */
function parsed(reader: Reader, line: string) {
  const bytes = Buffer.from(`before\n${line}\nafter`);
  const into = readLine();
  const to = bytes.length - '\nafter'.length;
  if (!reader(bytes, 'before\n'.length, to, into)) return undefined;
  const { at, nanos, channel, isPartial } = into;
  const text = Buffer.from(into.bytes.subarray(into.from, into.to)).toString();
  return { at: new Date(at).toISOString(), nanos, channel, isPartial, text };
}

test.each([
  ['2026-11-21T03:56:05.894851886Z stdout F hello', '03:56:05.894', 851_886, 'stdout', false, 'hello'],
  ['2026-11-21T03:56:05.894851886Z stderr P half ', '03:56:05.894', 851_886, 'stderr', true, 'half '],
  ['2026-11-21T09:26:05.894851886+05:30 stdout F zone', '03:56:05.894', 851_886, 'stdout', false, 'zone'],
  ['2026-11-20T19:56:05.8-08:00 stdout F zone', '03:56:05.800', 0, 'stdout', false, 'zone'],
  ['2026-11-21T03:56:05Z stdout F whole second', '03:56:05.000', 0, 'stdout', false, 'whole second'],
  ['2026-11-21T03:56:05.000000001Z stdout F  two spaces', '03:56:05.000', 1, 'stdout', false, ' two spaces'],
  ['2026-11-21T03:56:05.1Z stderr F ', '03:56:05.100', 0, 'stderr', false, ''],
  ['2026-11-21T03:56:05.1Z stderr F', '03:56:05.100', 0, 'stderr', false, ''],
  ['2026-11-21T03:56:05.1Z stdout F:tag=1 tagged', '03:56:05.100', 0, 'stdout', false, 'tagged'],
] as const)('CRI: %s', (line, at, nanos, channel, isPartial, text) => {
  expect(parsed(readCri, line)).toEqual({ at: `2026-11-21T${at}Z`, nanos, channel, isPartial, text });
});

test.each([
  'no instant at all',
  '2026-11-21T03:56:05.1Z',
  '2026-11-21T03:56:05.1Z stdin F text',
  '2026-11-21T03:56:05.1Z stdout X text',
  '2026-13-21T03:56:05.1Z stdout F text',
  '2026-11-21 03:56:05.1Z stdout F text',
  '2026-11-21T03:56:05.1+05 stdout F text',
])('CRI: %s is no such line', (line) => {
  expect(parsed(readCri, line)).toBeUndefined();
});

const time = '2026-11-21T03:56:05.894851886Z';
test.each([
  [`{"log":"hello\\n","stream":"stdout","time":"${time}"}`, 'stdout', false, 'hello'],
  [`{"log":"half","stream":"stderr","time":"${time}"}`, 'stderr', true, 'half'],
  [`{"log":"\\n","stream":"stdout","time":"${time}"}`, 'stdout', false, ''],
  [
    `{"log":"a \\"b\\" \\\\ \\t\\u003c\\u00fc\\u20ac\\ud83d\\ude00\\n","stream":"stdout","time":"${time}"}`,
    'stdout',
    false,
    'a "b" \\ \t<ü€😀',
  ],
  [`{"log":"\\ud83d lone\\n","stream":"stdout","time":"${time}"}`, 'stdout', false, '\ufffd lone'],
  [`{"log":"plain ü€😀\\n","stream":"stdout","time":"${time}"}`, 'stdout', false, 'plain ü€😀'],
  [`{"log":"x\\n","stream":"stderr","attrs":{"tag":"a"},"time":"${time}"}`, 'stderr', false, 'x'],
  [`{ "stream": "stderr", "log": "x\\n", "time": "${time}" }`, 'stderr', false, 'x'],
] as const)('Docker: %s', (line, channel, isPartial, text) => {
  const at = '2026-11-21T03:56:05.894Z';
  expect(parsed(readDocker, line)).toEqual({ at, nanos: 851_886, channel, isPartial, text });
});

test.each([
  '{"log":"never closed',
  '{"level":"info","msg":"of an application"}',
  '{"log":"x\\n","stream":"stdout"}',
  '{',
])('Docker: %s is no such line', (line) => {
  expect(parsed(readDocker, line)).toBeUndefined();
});
