// Phase C with three `kill -9`: of the receiver, the broker and the agent, each while chunks are under way.

import type { Kafka } from '@mosaic/dev';
import type { Sent } from './kept.ts';
import type { PhaseOptions, UnderWay } from './phase.worker.ts';
import { ours, type Stage, started } from './phases.ts';

const POLL_MS = 50;
const GIVE_UP_MS = 300_000;
/** Chunks that have to get on between one death and the next. */
const CHUNKS_BETWEEN = 60;
/** More than are sent before the agent dies. */
const WITHOUT_END = 1_000;

/** What both lives of the agent had spooled. Resolves when all of it is committed. */
export async function underKills(
  stage: Stage,
  kafka: Kafka,
  options: PhaseOptions,
  tell: (line: string) => void,
): Promise<readonly Sent[]> {
  let seen: UnderWay | undefined;
  const { child, ended } = started({ ...options, repeats: WITHOUT_END }, (told) => {
    if ('underWay' in told) seen = told.underWay;
  });
  const progress = async (more: number): Promise<void> => {
    const from = seen?.acknowledged ?? 0;
    for (const until = Date.now() + GIVE_UP_MS; (seen?.acknowledged ?? 0) < from + more; ) {
      if (Date.now() > until) throw new Error(`no ${more} chunks more within ${GIVE_UP_MS / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  };
  await progress(CHUNKS_BETWEEN);
  await stage.receiver.kill();
  await stage.receiver.start();
  tell('the receiver was killed and is back');
  await progress(CHUNKS_BETWEEN);
  await kafka.kill();
  await kafka.restart();
  tell('the broker was killed and is back');
  await progress(CHUNKS_BETWEEN);
  child.kill('SIGKILL');
  await ended;
  if (seen === undefined) throw new Error('the agent told nothing before it was killed');
  const { source, boot, spooled, acknowledged } = seen;
  tell(`the agent was killed with ${spooled} chunks spooled, ${acknowledged} of them acknowledged`);
  const { sent } = await ours(stage, { ...options, repeats: 1 });
  return [{ source, boot, chunks: spooled, isOpen: true }, sent];
}
