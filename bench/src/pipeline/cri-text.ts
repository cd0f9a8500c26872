// Lines as a container runtime writes them to its files, in memory.

export interface CriText {
  readonly bytes: Buffer;
  readonly lines: number;
}

const STEP_NANOS = 37_000;

/** `from` (epoch ms): the first line's instant; all are within its second, as a fast writer's are. */
export function criText(lines: readonly string[], from: number): CriText {
  const second = new Date(from).toISOString().slice(0, 19);
  const text = lines
    .map((line, n) => `${second}.${String((n * STEP_NANOS) % 1_000_000_000).padStart(9, '0')}Z stdout F ${line}\n`)
    .join('');
  return { bytes: Buffer.from(text), lines: lines.length };
}
