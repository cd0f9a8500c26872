import type { LogLineAnswer } from '@mosaic/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packed, unpacked } from './packed-lines.ts';

const word = fc.constantFrom('checkout', '<b>', 'शॉप', '"', '');
const anyLine: fc.Arbitrary<LogLineAnswer> = fc.record(
  {
    id: fc.string(),
    at: fc.string(),
    cluster: fc.nat(9),
    clusterName: word,
    namespace: word,
    workload: word,
    pod: word,
    podUid: word,
    container: word,
    restart: fc.nat(3),
    node: word,
    stream: fc.constantFrom('stdout', 'stderr'),
    level: fc.constantFrom('info', 'error'),
    line: fc.string(),
    message: fc.string(),
    pattern: word,
  },
  {
    requiredKeys: [
      'id',
      'at',
      'cluster',
      'clusterName',
      'namespace',
      'pod',
      'podUid',
      'container',
      'restart',
      'node',
      'stream',
      'level',
      'line',
    ],
  },
);

it('a page that was packed says what it said, whatever its lines have in common or lack', () => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 40 }), (lines) => {
      expect(unpacked(packed(lines))).toEqual(lines);
    }),
  );
});

it('what most lines share is said once', () => {
  const line = { id: '', pod: 'a-very-long-name-of-a-pod', line: 'x' } as LogLineAnswer;
  const lines = Array.from({ length: 500 }, (_, i) => ({ ...line, id: `${i}` }));
  expect(packed(lines).split('a-very-long-name-of-a-pod').length).toBe(2);
});
