import { expect, test } from 'vitest';
import { logger } from './log.ts';

test('a line is one JSON object with its facts, errors told by message and causes', () => {
  const lines: string[] = [];
  const log = logger({ level: 'info', pretty: false, write: (line) => lines.push(line), now: () => 0 });
  log.debug('unheard');
  log.with({ cluster: 1 }).warn('away', { error: new Error('no write', { cause: new Error('EPIPE') }), offset: 3n });
  expect(lines).toEqual([
    '{"at":"1970-01-01T00:00:00.000Z","level":"warn","event":"away","cluster":1,"error":"no write: EPIPE","offset":"3"}\n',
  ]);
});
