// Phases of the distributed measurement: what each starts, waits for and costs.

import { fork } from 'node:child_process';
import { join } from 'node:path';
import { TOPICS, type Transport } from '@mosaic/transport';
import { cpuSeconds } from '../process-cost.ts';
import type { Sent } from './kept.ts';
import type { PhaseOptions, PhaseTold, Sizes } from './phase.worker.ts';
import type { Shipped } from './shipped.ts';

export interface Phase extends Sizes {
  readonly seconds: number;
}

/** Processor seconds of the engines and of our own processes. */
export interface Costs {
  readonly engines: number;
  readonly ours: number;
}

export interface Stage {
  readonly transport: Transport;
  readonly receiver: Shipped;
  /** Process ids of Kafka and Cassandra. */
  readonly engines: readonly number[];
}

function started(options: PhaseOptions, told: (told: PhaseTold) => void) {
  const child = fork(join(import.meta.dirname, 'phase.worker.js'), {
    env: { ...process.env, PHASE: JSON.stringify(options) },
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  child.on('message', (message: PhaseTold) => told(message));
  const ended = new Promise<void>((resolve, reject) =>
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`phase ${options.phase} ended with ${code}`)),
    ),
  );
  return { child, ended };
}

/** A or B. */
export async function raw(options: PhaseOptions): Promise<Phase> {
  let done: Phase | undefined;
  const { ended } = started(options, (told) => {
    if ('done' in told) done = told.done;
  });
  await ended;
  if (done === undefined) throw new Error(`phase ${options.phase} told no figures`);
  return done;
}

/** C: until the last chunk is committed. `between` hears the share of chunks acknowledged so far. */
export async function ours(
  stage: Stage,
  options: PhaseOptions,
  between: (chunks: number) => void = () => {},
): Promise<{ readonly phase: Phase; readonly costs: Costs; readonly sent: Sent }> {
  const sent = Promise.withResolvers<Extract<PhaseTold, { sent: unknown }>['sent']>();
  const before = costsOf(stage);
  const { child, ended } = started(options, (told) => {
    if ('sent' in told) sent.resolve(told.sent);
    if ('acknowledged' in told) between(told.acknowledged);
  });
  ended.catch(sent.reject);
  const { startedAt, bytes, lines, ...which } = await sent.promise;
  while (!(await isTaken(stage.transport))) await new Promise((resolve) => setTimeout(resolve, 50));
  const seconds = (Date.now() - startedAt) / 1000;
  const after = costsOf(stage);
  const agent = child.pid === undefined || child.exitCode !== null ? 0 : cpuSeconds(child.pid);
  await ended;
  const costs = { engines: after.engines - before.engines, ours: after.ours - before.ours + agent };
  return { phase: { bytes, lines, seconds }, costs, sent: which };
}

/** The broker may be busy: then it is asked again. */
async function isTaken(transport: Transport): Promise<boolean> {
  const lag = await transport.lag('mosaic-receiver', [TOPICS.logs]).catch(() => undefined);
  return lag?.[TOPICS.logs] === 0;
}

const costsOf = ({ engines, receiver }: Stage): Costs => ({
  engines: engines.reduce((sum, pid) => sum + cpuSeconds(pid), 0),
  ours: cpuSeconds(receiver.pid()),
});
