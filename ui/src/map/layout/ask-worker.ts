// Asks for a layout in the worker. A browser without workers, or one whose worker does not load, falls silent or fails, is served on this thread: slower, never stuck.

import { type Layout, type LayoutInput, layout } from '@mosaic/topology/layout';

export interface LayoutDesk {
  /** Rejects with what `layout` throws. */
  ask(input: LayoutInput): Promise<Layout>;
  stop(): void;
}

/** Many times what the largest map takes: a worker silent for so long was ended by the browser. */
const SILENT_MS = 30_000;

interface Asked {
  readonly input: LayoutInput;
  readonly answered: (answer: Layout | Promise<Layout>) => void;
  readonly silence: ReturnType<typeof setTimeout>;
}

const here = async (input: LayoutInput): Promise<Layout> => layout(input);

/** `make` begins the worker; without one everything is laid out here. */
export function layoutDesk(make: (() => Worker) | undefined): LayoutDesk {
  if (make === undefined) return { ask: here, stop: () => undefined };
  const waiting = new Map<number, Asked>();
  let worker: Worker | undefined = make();
  let turns = 0;

  function settle(turn: number, answer: (input: LayoutInput) => Layout | Promise<Layout>): void {
    const asked = waiting.get(turn);
    if (asked === undefined) return;
    waiting.delete(turn);
    clearTimeout(asked.silence);
    asked.answered(answer(asked.input));
  }
  function stop(): void {
    worker?.terminate();
    worker = undefined;
    for (const { silence } of waiting.values()) clearTimeout(silence);
  }
  function giveUp(): void {
    stop();
    for (const turn of [...waiting.keys()]) settle(turn, here);
  }

  worker.addEventListener('message', (event: MessageEvent<{ turn: number; layout: Layout }>) =>
    settle(event.data.turn, () => event.data.layout),
  );
  worker.addEventListener('error', giveUp);
  worker.addEventListener('messageerror', giveUp);
  return {
    ask(input) {
      const asking = worker;
      if (asking === undefined) return here(input);
      return new Promise((answered) => {
        const turn = ++turns;
        waiting.set(turn, { input, answered, silence: setTimeout(giveUp, SILENT_MS) });
        asking.postMessage({ turn, input });
      });
    },
    stop,
  };
}
