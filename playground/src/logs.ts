// What a container printed: lines made from its seed, its settings and how it fares, the same ones whenever they are asked for.

import { badRequest, type LogQuery } from '@mosaic/apiserver';
import { hash32 } from '@mosaic/wire';
import { isActive } from './controllers/pods.ts';
import { type Voice, voiceOf } from './log-voices.ts';
import type { Engine } from './sim.ts';
import type { ContainerStatus, Pod } from './types.ts';

const MOST_LINES = 5_000;
const FOLLOW_EVERY_MS = 500;
const DAY_MS = 24 * 3_600_000;

interface Run {
  readonly from: number;
  readonly to: number;
  readonly ended?: { readonly exitCode: number; readonly reason: string };
}

/** Throws BadRequest when there is no such run. */
export async function* logsOf(sim: Engine, pod: Pod, query: LogQuery, signal: AbortSignal): AsyncIterable<string> {
  const container = query.container ?? pod.spec.containers[0]?.name ?? '';
  const run = runOf(sim, pod, container, query.previous === true);
  const voice = voiceOf(sim, pod, container);
  const since = Math.max(run.from, sinceOf(sim, query), run.to - DAY_MS);
  const lines = tail([...between(voice, run, since, run.to + 1)], Math.min(query.tailLines ?? MOST_LINES, MOST_LINES));
  const show = ({ at, text }: Line): string => (query.timestamps ? `${nano(at)} ${text}` : text);
  for (const line of lines) yield show(line);
  if (query.follow !== true || query.previous === true || run.ended !== undefined) return;
  for (let from = run.to + 1; !signal.aborted; ) {
    await pause(FOLLOW_EVERY_MS, signal);
    const now = sim.world.get('Pod', pod.metadata.namespace ?? '', pod.metadata.name);
    const next = now?.metadata.uid === pod.metadata.uid ? statusOf(now, container) : undefined;
    if (now === undefined || next === undefined) return;
    const ended = endOf(next);
    const to = ended === undefined ? sim.now() : ended.to;
    for (const line of between(voiceOf(sim, now, container), { from: run.from, to, ...ended }, from, to + 1))
      yield show(line);
    if (ended !== undefined || !isActive(now)) return;
    from = to + 1;
  }
}

interface Line {
  readonly at: number;
  readonly text: string;
}

/** A line with the life of the container that said it. */
export interface SpokenLine extends Line {
  readonly restart: number;
}

/**
 * What a container printed within [from, to), in the run that goes on and the one before it. `stride`: of its ordinary lines every how many-th;
 * first and last words always.
 */
export function* spokenWithin(
  pod: Pod,
  container: string,
  voice: Voice,
  from: number,
  to: number,
  stride = 1,
): Generator<SpokenLine> {
  const status = statusOf(pod, container);
  if (status === undefined) return;
  const { restartCount, state, lastState } = status;
  const last = lastState.terminated && endOf({ ...status, state: { terminated: lastState.terminated } });
  const current = state.running ? { from: Date.parse(state.running.startedAt), to } : endOf(status);
  const runs = [
    { run: last, restart: restartCount - 1 },
    { run: current, restart: restartCount },
  ];
  for (const { run, restart } of runs) {
    if (run === undefined || restart < 0 || run.to < from || run.from >= to) continue;
    for (const line of between(voice, run, from, to, stride)) yield { ...line, restart };
  }
}

const statusOf = (pod: Pod, container: string): ContainerStatus | undefined =>
  [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])].find(
    ({ name }) => name === container,
  );

function endOf({ state }: ContainerStatus): Required<Run> | undefined {
  const { terminated } = state;
  if (terminated === undefined) return undefined;
  const { exitCode, reason, startedAt, finishedAt } = terminated;
  return { from: Date.parse(startedAt ?? finishedAt), to: Date.parse(finishedAt), ended: { exitCode, reason } };
}

function runOf(sim: Engine, pod: Pod, container: string, previous: boolean): Run {
  const status = statusOf(pod, container);
  const last = status?.lastState.terminated;
  if (previous) {
    if (status === undefined || last === undefined)
      throw badRequest(`previous terminated container "${container}" in pod "${pod.metadata.name}" not found`);
    return endOf({ ...status, state: { terminated: last } }) ?? { from: 0, to: 0 };
  }
  const running = status?.state.running;
  if (running) return { from: Date.parse(running.startedAt), to: sim.now() };
  const ended = status && (endOf(status) ?? (last && endOf({ ...status, state: { terminated: last } })));
  if (ended) return ended;
  const reason = status?.state.waiting?.reason ?? 'ContainerCreating';
  throw badRequest(`container "${container}" in pod "${pod.metadata.name}" is waiting to start: ${reason}`);
}

const sinceOf = (sim: Engine, { sinceSeconds, sinceTime }: LogQuery): number =>
  Math.max(
    sinceSeconds === undefined ? 0 : sim.now() - sinceSeconds * 1000,
    sinceTime === undefined ? 0 : Date.parse(sinceTime) || 0,
  );

/** First words, then what each second brought, then last words. */
function* between(voice: Voice, run: Run, from: number, to: number, stride = 1): Generator<Line> {
  let i = 0;
  for (const text of voice.hello) {
    const at = run.from + 40 * i++;
    if (at >= from && at < to) yield { at, text };
  }
  const quiet = run.from + 1_000;
  const first = Math.max(quiet, from, to - voice.everyMs * MOST_LINES);
  const beats = Math.ceil(Math.floor(first / voice.everyMs) / stride) * stride;
  for (let beat = beats; beat * voice.everyMs < Math.min(to, run.to); beat += stride) {
    const noise = hash32(`${voice.seed}${beat}`);
    const at = beat * voice.everyMs + (noise % voice.everyMs);
    if (noise % 10 < 3 || at < first || at >= Math.min(to, run.to)) continue;
    yield { at, text: voice.line(at, noise) };
  }
  if (run.ended === undefined) return;
  for (const text of voice.goodbye(run.ended.exitCode, run.ended.reason))
    if (run.to >= from && run.to < to) yield { at: run.to, text };
}

const tail = (lines: readonly Line[], most: number): readonly Line[] => (most === 0 ? [] : lines.slice(-most));

const nano = (at: number): string =>
  new Date(at).toISOString().replace('Z', `${String(hash32(String(at)) % 1_000_000).padStart(6, '0')}Z`);

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
