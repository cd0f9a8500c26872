// The known name most like a mistyped one.

/** `wanted` may be a path; its last part is compared. `undefined` when nothing is close. */
export function nearest(wanted: string, known: readonly string[]): string | undefined {
  const name = /([^.[\]'"]+)['"]?\]?$/.exec(wanted)?.[1] ?? wanted;
  let best: string | undefined;
  let least = Math.max(2, Math.ceil(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least && distance < name.length) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** Levenshtein, with neighbours swapped as one step (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const line = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const steps = [(last[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + same];
      if (swapped) steps.push((beforeLast[column - 2] ?? 0) + 1);
      line.push(Math.min(...steps));
    }
    beforeLast = last;
    last = line;
  }
  return last[b.length] ?? 0;
}
