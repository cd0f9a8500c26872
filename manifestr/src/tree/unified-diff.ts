// A unified diff of two texts, by the shortest edit script (Myers 1986, "An O(ND) Difference Algorithm").

const CONTEXT = 3;

interface Edit {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

/** Empty when both are the same. `undefined` stands for a file that is not there. */
export function unifiedDiff(path: string, before: string | undefined, after: string | undefined): string {
  if (before === after) return '';
  const edits = editScript(linesOf(before), linesOf(after));
  const head = [
    `--- ${before === undefined ? '/dev/null' : `a/${path}`}`,
    `+++ ${after === undefined ? '/dev/null' : `b/${path}`}`,
  ];
  return `${[...head, ...hunks(edits)].join('\n')}\n`;
}

/** Lines keep the mark of a missing last line end. */
function linesOf(text: string | undefined): string[] {
  if (text === undefined || text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  else lines.push(`${lines.pop() ?? ''}\n\\ No newline at end of file`);
  return lines;
}

function editScript(before: readonly string[], after: readonly string[]): Edit[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const kept = (line: string): Edit => ({ sign: ' ', line });
  return [
    ...before.slice(0, start).map(kept),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(kept),
  ];
}

function middle(before: readonly string[], after: readonly string[]): Edit[] {
  const most = before.length + after.length;
  const trace: Map<number, number>[] = [];
  let furthest = new Map<number, number>([[1, 0]]);
  for (let steps = 0; steps <= most; steps++) {
    trace.push(new Map(furthest));
    for (let diagonal = -steps; diagonal <= steps; diagonal += 2) {
      let x = isDown(furthest, diagonal, steps)
        ? (furthest.get(diagonal + 1) ?? 0)
        : (furthest.get(diagonal - 1) ?? 0) + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x++;
      furthest.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return walkBack(trace, before, after);
    }
    furthest = new Map(furthest);
  }
  return [];
}

function isDown(furthest: ReadonlyMap<number, number>, diagonal: number, steps: number): boolean {
  return (
    diagonal === -steps ||
    (diagonal !== steps && (furthest.get(diagonal - 1) ?? -1) < (furthest.get(diagonal + 1) ?? -1))
  );
}

function walkBack(
  trace: readonly ReadonlyMap<number, number>[],
  before: readonly string[],
  after: readonly string[],
): Edit[] {
  const edits: Edit[] = [];
  let x = before.length;
  let y = after.length;
  for (let steps = trace.length - 1; steps >= 0; steps--) {
    const furthest = trace[steps] ?? new Map<number, number>();
    const diagonal = x - y;
    const from = isDown(furthest, diagonal, steps) ? diagonal + 1 : diagonal - 1;
    const fromX = furthest.get(from) ?? 0;
    const fromY = fromX - from;
    while (x > Math.max(0, fromX) && y > Math.max(0, fromY)) {
      edits.push({ sign: ' ', line: before[--x] ?? '' });
      y--;
    }
    if (steps === 0) break;
    if (x === fromX) edits.push({ sign: '+', line: after[--y] ?? '' });
    else edits.push({ sign: '-', line: before[--x] ?? '' });
  }
  return edits.reverse();
}

function hunks(edits: readonly Edit[]): string[] {
  const shown: string[] = [];
  let at = 0;
  let oldLine = 1;
  let newLine = 1;
  while (at < edits.length) {
    const change = edits.findIndex(({ sign }, index) => index >= at && sign !== ' ');
    if (change < 0) break;
    const from = Math.max(at, change - CONTEXT);
    oldLine += from - at;
    newLine += from - at;
    let to = change;
    for (let quiet = 0; to < edits.length && quiet <= 2 * CONTEXT; to++)
      quiet = edits[to]?.sign === ' ' ? quiet + 1 : 0;
    while (to > from && edits[to - 1]?.sign === ' ' && trailing(edits, to) > CONTEXT) to--;
    const hunk = edits.slice(from, to);
    const olds = hunk.filter(({ sign }) => sign !== '+').length;
    const news = hunk.filter(({ sign }) => sign !== '-').length;
    shown.push(`@@ -${range(oldLine, olds)} +${range(newLine, news)} @@`, ...hunk.map(({ sign, line }) => sign + line));
    oldLine += olds;
    newLine += news;
    at = to;
  }
  return shown;
}

/** Unchanged lines at the end of the first `to` edits. */
function trailing(edits: readonly Edit[], to: number): number {
  let count = 0;
  while (edits[to - 1 - count]?.sign === ' ') count++;
  return count;
}

function range(line: number, count: number): string {
  if (count === 0) return `${line - 1},0`;
  return count === 1 ? String(line) : `${line},${count}`;
}
