// `pipeline`, first row: what one core of a node agent encodes, from CRI text in memory to signed chunks.

import { makeKey } from '@mosaic/runtime';
import { type BenchContext, rounded } from '../bench.ts';
import { realLines } from '../logs/real-lines.ts';
import { syntheticLines } from '../logs/synthetic-lines.ts';
import { type CriText, criText } from './cri-text.ts';
import { encoder } from './encoder.ts';

const SYNTHETIC_LINES = 200_000;
const FOR_MS = 10_000;
const WARM_MS = 1_500;

export function encodeRow({ isQuick, row }: BenchContext): void {
  const now = Date.now();
  const forMs = isQuick ? FOR_MS / 10 : FOR_MS;
  const synthetic = measured(criText(syntheticLines(SYNTHETIC_LINES), now), forMs);
  const real = measured(criText(realLines(), now), forMs);
  row({
    shape: 'encode',
    lines_per_s_per_core: synthetic.linesPerS,
    mib_per_s_per_core: synthetic.mibPerS,
    bytes_per_line: synthetic.bytesPerLine,
    real_lines: real.lines,
    real_lines_per_s_per_core: real.linesPerS,
    real_mib_per_s_per_core: real.mibPerS,
  });
}

/** By processor time, collecting garbage included: others share the machine. */
function measured(text: CriText, forMs: number) {
  const { encode } = encoder(1, 'node-1', makeKey());
  let sealed = 0;
  const round = (): void =>
    encode(text, ({ bytes }) => {
      sealed += bytes.length;
    });
  for (const until = performance.now() + WARM_MS; performance.now() < until; ) round();
  sealed = 0;
  let rounds = 0;
  const before = process.cpuUsage();
  for (const until = performance.now() + forMs; performance.now() < until; rounds++) round();
  const { user, system } = process.cpuUsage(before);
  const cpuSeconds = (user + system) / 1e6;
  return {
    lines: text.lines,
    linesPerS: Math.round((rounds * text.lines) / cpuSeconds),
    mibPerS: rounded((rounds * text.bytes.length) / 2 ** 20 / cpuSeconds),
    bytesPerLine: rounded(sealed / (rounds * text.lines)),
  };
}
