import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Malformed } from './bytes.ts';
import { LOG_LEVELS, type LogLevel } from './log.ts';
import { filterOf, filterText, foldedBytes, mayHold, tokenSet, wholeTokens } from './log-bloom.ts';
import { patterns } from './log-patterns.ts';
import { readLogs } from './log-reader.ts';
import { scanLine } from './log-scan.ts';
import { templateOf } from './log-template.ts';
import { logWriter } from './log-writer.ts';

const utf8 = new TextEncoder();
const levelOf = (line: string): LogLevel => {
  const bytes = utf8.encode(line);
  const scanned = { level: 0, template: 0 };
  scanLine(bytes, 0, bytes.length, () => {}, scanned);
  return LOG_LEVELS[scanned.level] ?? 'unknown';
};
const template = (line: string): string => {
  const bytes = utf8.encode(line);
  return templateOf(bytes, 0, bytes.length);
};

const line = fc.record({
  stream: fc.nat(20),
  at: fc.integer({ min: 0, max: 4e12 }),
  nanos: fc.nat(999_999),
  channel: fc.constantFrom('stdout' as const, 'stderr' as const),
  level: fc.nat(6),
  pattern: fc.constantFrom(0, 7, 4_503_599_627_370_495),
  text: fc.string({ unit: 'grapheme', maxLength: 300 }),
});

type Line = typeof line extends fc.Arbitrary<infer T> ? T : never;

const PATTERNS = [
  { id: 7, template: 'seven <*>' },
  { id: 4_503_599_627_370_495, template: 'the greatest' },
];

function bodyOf(lines: readonly Line[]): Uint8Array {
  const writer = logWriter();
  for (const { stream, at, nanos, channel, level, pattern, text } of lines) {
    const bytes = utf8.encode(text);
    const template = PATTERNS.find(({ id }) => id === pattern);
    writer.add(stream, at, nanos, channel, level, template ? writer.template(template) : 0, bytes, 0, bytes.length);
  }
  return writer.seal().body;
}

describe('a body of lines', () => {
  it('comes out as it went in', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
        const table = readLogs(bodyOf(lines));
        expect(table.count).toBe(lines.length);
        lines.forEach((one, i) => {
          expect({
            stream: table.stream(i),
            at: table.at(i),
            nanos: table.nanos(i),
            channel: table.channel(i),
            level: table.levelPlace(i),
            pattern: table.pattern(i),
            text: table.text(i),
          }).toEqual({ ...one, text: one.text.toWellFormed() });
        });
        const isMet = lines.some(({ pattern }) => pattern === 7);
        expect(table.template(7)).toBe(isMet ? 'seven <*>' : undefined);
      }),
    );
  });

  it('finds a line as a search of its text would', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), fc.string({ minLength: 1, maxLength: 3 }), (lines, q) => {
        const table = readLogs(bodyOf(lines));
        const fold = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
        const expected = lines.findIndex(({ text }) => fold(text.toWellFormed()).includes(fold(q.toWellFormed())));
        expect(table.find(foldedBytes(q), 0)).toBe(expected < 0 ? lines.length : expected);
      }),
    );
  });

  it('truncated or flipped it is malformed or reads, and never crashes or hangs', () => {
    const body = bodyOf(fc.sample(line, 20));
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (place, flip, cut) => {
        const bad = cut ? body.slice(0, place) : body.map((byte, i) => (i === place ? byte ^ flip : byte));
        try {
          const table = readLogs(bad);
          for (let i = 0; i < table.count; i++) table.text(i);
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed);
        }
      }),
    );
  });

  it('what is no UTF-8 is shown with replacement characters, not lost', () => {
    const writer = logWriter();
    writer.add(0, 1, 0, 'stdout', 0, 0, new Uint8Array([0x61, 0xff, 0x62]), 0, 3);
    expect(readLogs(writer.seal().body).text(0)).toBe('a\ufffdb');
  });

  it('tells a template once, whoever made it anew', () => {
    const writer = logWriter();
    const places = [...PATTERNS, { id: 7, template: 'seven <*>' }].map((one) => writer.template(one));
    expect(places).toEqual([1, 2, 1]);
    writer.add(0, 5, 0, 'stdout', 2, 1, utf8.encode('one'), 0, 3);
    const table = readLogs(writer.seal().body);
    expect([table.pattern(0), table.template(7)]).toEqual([7, 'seven <*>']);
  });

  it('a sealed writer begins anew', () => {
    const writer = logWriter();
    writer.add(0, 5, 0, 'stdout', 2, writer.template({ id: 7, template: 'seven <*>' }), utf8.encode('one'), 0, 3);
    writer.seal();
    expect(writer.template({ id: 9, template: 'nine' })).toBe(1);
    writer.add(1, 9, 3, 'stderr', 5, 0, utf8.encode('two'), 0, 3);
    expect(writer.seal()).toMatchObject({ count: 1, t0: 9, t1: 9, levels: 1 << 5, bytes: 3 });
  });
});

describe('the Bloom filter', () => {
  it('never rules out a chunk that holds the line', () => {
    const words = fc.array(fc.stringMatching(/^[A-Za-z0-9_é]{1,9}$/), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(words, fc.nat(8), fc.nat(30), (line, from, length) => {
        const text = line.join(' ');
        const set = tokenSet();
        const bytes = utf8.encode(text);
        scanLine(bytes, 0, bytes.length, set.add, { level: 0, template: 0 });
        const filter = filterOf(filterText(set.filter()));
        expect(mayHold(filter, wholeTokens(text.slice(from, from + length)))).toBe(true);
      }),
    );
  });

  it('rules out nearly all that hold nothing of it', () => {
    const set = tokenSet();
    for (let i = 0; i < 5_000; i++) {
      const bytes = utf8.encode(`order ${i} of customer-${i * 7}`);
      scanLine(bytes, 0, bytes.length, set.add, { level: 0, template: 0 });
    }
    const filter = set.filter();
    const wrong = Array.from({ length: 2_000 }, (_, i) => ` other${i}x `).filter((q) =>
      mayHold(filter, wholeTokens(q)),
    );
    expect(wrong.length).toBeLessThan(60);
  });

  it('asks only about words with a separator on both sides', () => {
    expect(wholeTokens('timeout')).toHaveLength(0);
    expect(wholeTokens('call timeout')).toHaveLength(0);
    expect(wholeTokens('a timeout of')).toHaveLength(1);
    expect(mayHold(new Uint8Array(0), wholeTokens('a timeout of'))).toBe(true);
  });
});

describe('the level of a line', () => {
  const rows: [string, LogLevel][] = [
    ['2026-11-21 03:12:01 ERROR payment refused', 'error'],
    ['[WARN] disk is filling', 'warn'],
    ['[error] 12#12: *1 connect() failed', 'error'],
    ['level=warn msg="slow" took=3s', 'warn'],
    ['{"level":"error","msg":"no route"}', 'error'],
    ['{"ts":1,"severity":"CRITICAL","message":"x"}', 'fatal'],
    ['{"level":30,"time":1,"msg":"listening"}', 'info'],
    ['{"level":50,"time":1,"msg":"gone"}', 'error'],
    ['I1121 03:12:00.123456       1 main.go:12] started', 'info'],
    ['E1121 03:12:00.123456       1 main.go:12] failed', 'error'],
    ['panic: runtime error: index out of range', 'fatal'],
    ['error: cannot find module', 'error'],
    ['GET /errors 200 12ms', 'unknown'],
    ['0 errors, 3 warnings', 'unknown'],
    ['finished without error', 'unknown'],
    ['err=nil status=200', 'unknown'],
    ['time="2026" level=info msg="error rate is low"', 'info'],
    ['<warn> odd', 'warn'],
    ['', 'unknown'],
    ['Information about you', 'unknown'],
  ];
  it.each(rows)('%j is %s', (text, level) => {
    expect(levelOf(text)).toBe(level);
  });
});

describe('the template of a line', () => {
  const rows: [string, string][] = [
    ['GET /cart/123 took 12 ms', 'GET <*> took <*> ms'],
    ['user=17 "Ada Lovelace" [10.0.0.1] in', 'user=<*> <*> in'],
    ['order 6f1e0a7c-1d2b-4c3d-8e9f-001122334455 done', 'order <*> done'],
    ['no variables here', 'no variables here'],
    ['', ''],
    ['an "unclosed quote', 'an <*> unclosed quote'],
    ['level=info msg="started up" took=3s', 'level=info msg=<*> took=<*>'],
  ];
  it.each(rows)('%j is %j', (text, expected) => {
    expect(template(text)).toBe(expected);
  });

  const idOf = (known: ReturnType<typeof patterns>, text: string) => {
    const bytes = utf8.encode(text);
    const scanned = { level: 0, template: 0 };
    scanLine(bytes, 0, bytes.length, () => {}, scanned);
    return known.of(scanned.template, bytes, 0, bytes.length);
  };

  it.each([
    ['{"level":"info","msg":"served /cart in 12 ms","ms":12}', 'served /cart in <*> ms'],
    ['{"time":"03:12","message": "user \\"ada\\" signed in"}', 'user <*> signed in'],
    ['{"a":{"msg":"inner"},"x":1}', 'inner'],
    ['{"event":"started","name":"store"}', 'started'],
    ['{"msg":7,"message":"seven"}', 'seven'],
    ['{"msg":"never closed', 'never closed'],
  ])('of a JSON line is that of its message: %s', (text, expected) => {
    expect(template(text)).toBe(expected);
  });

  it('of JSON without a message is that of the whole line', () => {
    expect(template('{"a":1} and more')).toBe('<*> and more');
    expect(template('{')).toBe('{');
    expect(template('{"')).toBe('<*>');
  });

  it('equal templates have one id, wherever they are met', () => {
    const [here, there] = [patterns(), patterns()];
    expect(idOf(here, 'took 12 ms')).toEqual(idOf(there, 'took 99 ms'));
  });

  it('templates that differ in one word become one', () => {
    const known = patterns();
    idOf(known, 'user ada signed in');
    expect(idOf(known, 'user grace signed in')?.template).toBe('user <*> signed in');
    expect(idOf(known, 'user ada signed in')?.template).toBe('user <*> signed in');
    expect(idOf(known, 'user ada signed out now')?.template).toBe('user ada signed out now');
  });
});
