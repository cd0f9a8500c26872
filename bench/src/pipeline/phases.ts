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

/** Processor seconds by process. */
export interface Costs {
  readonly kafka: number;
  readonly cassandra: number;
  readonly receiver: number;
  readonly agent: number;
}

export interface Stage {
  readonly transport: Transport;
  readonly receiver: Shipped;
  /** Process ids. */
  readonly engines: { readonly kafka: number; readonly cassandra: number };
}

/** What ends with a signal was ended by the bench. */
export function started(options: PhaseOptions, told: (told: PhaseTold) => void) {
  const child = fork(join(import.meta.dirname, 'phase.worker.js'), {
    env: { ...process.env, PHASE: JSON.stringify(options) },
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  child.on('message', (message: PhaseTold) => told(message));
  const ended = new Promise<void>((resolve, reject) =>
    child.once('exit', (code, signal) =>
      code === 0 || signal !== null ? resolve() : reject(new Error(`phase ${options.phase} ended with ${code}`)),
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

/** C: until the last chunk is committed. `costs`: undefined when an engine was started anew. */
export async function ours(stage: Stage, options: PhaseOptions): Promise<Ours> {
  const sent = Promise.withResolvers<Extract<PhaseTold, { sent: unknown }>['sent']>();
  const before = costsOf(stage, undefined);
  const { child, ended } = started(options, (told) => {
    if ('sent' in told) sent.resolve(told.sent);
  });
  ended.catch(sent.reject);
  const { startedAt, bytes, lines, ...which } = await sent.promise;
  const sentSeconds = (Date.now() - startedAt) / 1000;
  const after = costsOf(stage, child.pid);
  while (!(await isTaken(stage.transport))) await new Promise((resolve) => setTimeout(resolve, 50));
  const seconds = (Date.now() - startedAt) / 1000;
  const late = costsOf(stage, undefined);
  await ended;
  const costs = before &&
    after &&
    late && {
      kafka: late.kafka - before.kafka,
      cassandra: late.cassandra - before.cassandra,
      receiver: late.receiver - before.receiver,
      agent: after.agent,
    };
  return { phase: { bytes, lines, seconds }, sentSeconds, sent: which, ...(costs && { costs }) };
}

export interface Ours {
  readonly phase: Phase;
  /** Until all was acknowledged by the broker. */
  readonly sentSeconds: number;
  readonly costs?: Costs;
  readonly sent: Sent;
}

/** The broker may be busy: then it is asked again. */
async function isTaken(transport: Transport): Promise<boolean> {
  const lag = await transport.lag('mosaic-receiver', [TOPICS.logs]).catch(() => undefined);
  return lag?.[TOPICS.logs] === 0;
}

function costsOf({ engines, receiver }: Stage, agent: number | undefined): Costs | undefined {
  try {
    return {
      kafka: cpuSeconds(engines.kafka),
      cassandra: cpuSeconds(engines.cassandra),
      receiver: cpuSeconds(receiver.pid()),
      agent: agent === undefined ? 0 : cpuSeconds(agent),
    };
  } catch {
    return undefined; // one of them was killed
  }
}
