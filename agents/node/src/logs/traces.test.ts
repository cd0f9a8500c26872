import { expect, test } from 'vitest';
import { readLine } from './cri.ts';
import { joiner, TRACE_IDLE_MS } from './joiner.ts';

/** What comes out of these lines on one channel, after a pause. */
function joinedOf(text: string): string[] {
  const records: string[] = [];
  let now = 0;
  const joining = joiner<string>(
    ({ bytes, from, to }) => records.push(Buffer.from(bytes.subarray(from, to)).toString()),
    () => now,
  );
  const line = readLine();
  text.split('\n').forEach((each, i) => {
    const bytes = Buffer.from(each);
    joining.line(Object.assign(line, { bytes, from: 0, to: bytes.length }), 'file', i, i + 1);
  });
  now += TRACE_IDLE_MS;
  joining.idle(now - TRACE_IDLE_MS);
  return records;
}

const TRACES: Readonly<Record<string, string>> = {
  Java: `java.lang.IllegalStateException: no stock
\tat com.shop.Cart.pay(Cart.java:17)
\tat com.shop.Main.main(Main.java:3)
\tSuppressed: java.io.IOException: closed
\t\tat com.shop.Db.close(Db.java:9)
\t\t... 2 more
Caused by: java.sql.SQLException: timeout
\tat com.shop.Db.query(Db.java:88)
\t... 12 common frames omitted`,
  'Java, on a thread': `Exception in thread "main" com.shop.Boom
\tat com.shop.Main.main(Main.java:3)`,
  'Java, a class of its own': `com.shop.OutOfStock: sku-7
\tat com.shop.Main.main(Main.java:3)`,
  Node: `TypeError: Cannot read properties of undefined (reading 'id')
    at pay (/app/cart.js:17:9)
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5) {
  code: 'E_CART',
  [cause]: Error: connect ECONNREFUSED 10.96.0.7:5432
      at TCPConnectWrap.afterConnect (node:net:1611:16) {
    errno: -111
  }
}`,
  'a line of a log with its trace': `2026-11-21 03:00:00 ERROR payment failed Error: declined
    at pay (/app/cart.js:17:9)`,
  Python: `Traceback (most recent call last):
  File "/app/cart.py", line 17, in pay
    charge(card)
ValueError: declined`,
  'Python, chained twice': `Traceback (most recent call last):
  File "/app/cart.py", line 17, in pay
KeyError: 'card'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/cart.py", line 19, in pay
ValueError: no card

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/main.py", line 3, in main
RuntimeError: checkout failed`,
  Go: `panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x49e54a]

goroutine 1 [running]:
main.settle(0x0, {0x4c4b75, 0x7})
\t/app/main.go:20 +0x8a
created by main.start in goroutine 7
\t/app/main.go:15 +0x65

goroutine 18 [chan receive, 3 minutes]:
net/http.(*Server).Serve(0xc0001)
\t/usr/local/go/src/net/http/server.go:3056 +0x364`,
  'Go, in a server': `2026/11/21 03:00:00 http: panic serving 10.0.0.1:4000: boom
goroutine 5 [running]:
net/http.(*conn).serve.func1()
\t/usr/local/go/src/net/http/server.go:1854 +0xb0`,
};

test.each(Object.entries(TRACES))('%s: one record, and its neighbours their own', (_, trace) => {
  expect(joinedOf(`before\n${trace}\nafter`)).toEqual(['before', trace, 'after']);
});

test.each(Object.entries(TRACES))(
  '%s: twice in a row is two records, blank lines after it are their own',
  (_, trace) => {
    expect(joinedOf(`${trace}\n${trace}\n\nafter`)).toEqual([trace, trace, '', 'after']);
  },
);

test('lines that only look like parts of a trace stay alone', () => {
  const lines = [
    '    at the end of the day',
    '\tat x',
    'Caused by: nobody',
    '... 3 more',
    '  indented',
    '',
    'Error: alone',
    'x',
  ];
  expect(joinedOf(lines.join('\n'))).toEqual(lines);
});

test.each(['Error', 'Exception', 'Throwable'])('%s begins a record wherever in a line it stands', (word) => {
  for (let before = 0; before < 24; before++) {
    const head = `${'EreThp T'.repeat(3).slice(0, before)}${word}`;
    expect(joinedOf(`${head}\n\tat a.B.c(B.java:1)`)).toHaveLength(1);
    expect(joinedOf(`${head.slice(0, -1)}\n\tat a.B.c(B.java:1)`)).toHaveLength(2);
  }
});

test('a trace that never ends comes in pieces', () => {
  const frames = Array.from({ length: 1200 }, (_, i) => `\tat a.B.c(B.java:${i})`);
  const records = joinedOf(['java.lang.StackOverflowError', ...frames].join('\n'));
  expect(records.map((record) => record.split('\n').length)).toEqual([500, 500, 201]);
});

test('channels and parts do not mix', () => {
  const records: string[] = [];
  const joining = joiner<string>(
    ({ channel, bytes, from, to, pieces }) =>
      records.push(`${channel} ${Buffer.from(bytes.subarray(from, to))} ${pieces.map((piece) => piece.from)}`),
    () => 0,
  );
  const say = (channel: 'stdout' | 'stderr', text: string, isPartial: boolean, from: number): void => {
    const bytes = Buffer.from(text);
    joining.line({ at: 0, nanos: 0, channel, isPartial, bytes, from: 0, to: bytes.length }, 'file', from, from + 1);
  };
  say('stdout', 'one ', true, 0);
  say('stderr', 'other ', true, 1);
  say('stdout', 'two', false, 3);
  say('stderr', 'end', false, 4);
  expect(records).toEqual(['stdout one two 0,3', 'stderr other end 1,4']);
  expect(joining.isHolding).toBe(false);
});
