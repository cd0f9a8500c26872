import type { LogLineAnswer } from '@mosaic/wire';
import { beforeEach, expect, it } from 'vitest';
import { LogLines } from './log-lines.ts';

const line = (second: number, id = `s${second}`, text = 'x'): LogLineAnswer => ({
  id,
  at: `2026-11-20T03:12:${String(second).padStart(2, '0')}.000000000Z`,
  cluster: 1,
  clusterName: 'eu-1',
  namespace: 'shop',
  pod: 'p',
  podUid: 'u',
  container: 'c',
  restart: 0,
  node: '',
  stream: 'stdout',
  level: 'info',
  line: text,
});
let lines: LogLines;
beforeEach(() => {
  lines = new LogLines();
});
const ids = () => lines.all.map(({ id }) => id);

it('a line that comes late stands where its instant is', () => {
  lines.merge([line(1), line(3)]);
  lines.merge([line(2)]);
  expect(ids()).toEqual(['s1', 's2', 's3']);
});

it('the same line by the live road and from the store is there once', () => {
  lines.merge([line(1)]);
  expect(lines.merge([line(1, '1.live-a-1')])).toBe(false);
  expect(lines.merge([line(1, '1.live-a-2', 'other')])).toBe(true);
  expect(ids()).toEqual(['s1', '1.live-a-2']);
});

it('a line keeps its number when older ones come in front', () => {
  lines.merge([line(5), line(6)]);
  const number = lines.first + 1;
  lines.prepend([line(3), line(4)]);
  expect(lines.all[number - lines.first]?.id).toBe('s6');
});
