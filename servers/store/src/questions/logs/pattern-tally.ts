// Lines counted by template.

import { LOG_LEVELS, type LogTable } from '@mosaic/wire';
import type { LogPattern } from '../../port-signals.ts';
import type { Candidate } from './walk.ts';

const MOST_PATTERNS = 2_000;
const MOST_SAMPLE_CHARS = 2_000;
const MOST_STREAMS = 50;

interface Counted {
  readonly pattern: number;
  template: string;
  level: number;
  count: number;
  first: LogPattern['first'];
  last: LogPattern['last'];
  sample: string;
  readonly streams: Set<number>;
}

const isBefore = (a: LogPattern['first'], b: LogPattern['first']): boolean =>
  a.at < b.at || (a.at === b.at && a.nanos < b.nanos);

export function patternTally() {
  const counted = new Map<number, Counted>();
  let lines = 0;
  return {
    add({ line }: Candidate, table: LogTable): void {
      lines++;
      const { pattern, at, nanos, text, stream } = line;
      const instant = { at, nanos };
      let known = counted.get(pattern);
      if (known === undefined) {
        if (counted.size >= MOST_PATTERNS) return;
        const template = table.template(pattern) ?? '';
        known = {
          pattern,
          template,
          level: 0,
          count: 0,
          first: instant,
          last: instant,
          sample: '',
          streams: new Set(),
        };
        counted.set(pattern, known);
      }
      known.count++;
      known.level = Math.max(known.level, LOG_LEVELS.indexOf(line.level));
      if (isBefore(instant, known.first)) known.first = instant;
      if (known.sample === '' || isBefore(known.last, instant)) {
        known.last = instant;
        known.sample = text.slice(0, MOST_SAMPLE_CHARS);
      }
      if (known.streams.size < MOST_STREAMS) known.streams.add(stream);
    },
    lines: () => lines,
    items: (): LogPattern[] =>
      [...counted.values()]
        .sort((a, b) => b.count - a.count)
        .map(({ level, streams, ...rest }) => ({
          ...rest,
          level: LOG_LEVELS[level] ?? 'unknown',
          streams: [...streams],
        })),
  };
}
