// Several APIs over one store answer the same: every question to each of them, byte for byte.

import { type BenchContext, quantile, rounded } from '../bench.ts';
import type { Stage } from './stage.ts';

const APIS = 3;
const ROUNDS = 5;

export async function apis({ tell, row }: BenchContext, stage: Stage, at: number): Promise<void> {
  const running = await Promise.all(Array.from({ length: APIS }, () => stage.api()));
  const instant = new Date(at).toISOString();
  const span = `from=${new Date(at - 1_800_000).toISOString()}&to=${instant}`;
  const questions = [0, 1, 2].flatMap((n) => [
    `/api/v1/objects?cluster=bench-${n}&at=${instant}&limit=1000`,
    `/api/v1/objects?cluster=bench-${n}&at=${instant}&kind=Deployment&limit=1000`,
    `/api/v1/topology?cluster=bench-${n}&at=${instant}`,
    `/api/v1/changes?cluster=bench-${n}&${span}`,
  ]);
  const times: number[] = [];
  const different: string[] = [];
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round++)
    for (const question of questions) {
      const answers: string[] = [];
      for (const { url } of running) {
        const began = performance.now();
        const answer = await fetch(`${url}${question}`);
        answers.push(await answer.text());
        times.push(performance.now() - began);
        if (!answer.ok) throw new Error(`${question}: ${answer.status} ${answers.at(-1)?.slice(0, 300)}`);
      }
      bytes += answers[0]?.length ?? 0;
      if (new Set(answers).size > 1) different.push(question);
    }
  for (const question of different) tell(`not the same from every API: ${question}`);
  row({
    ...{ part: 'apis', apis: APIS, questions: questions.length * ROUNDS, different: different.length },
    ...{ bytes_compared: bytes, p50_ms: rounded(quantile(times, 0.5)), p99_ms: rounded(quantile(times, 0.99)) },
  });
}
