// The past, told: a cluster's virtual day runs by, and every change of it is given to whoever writes it down.

import type { KubeObject } from '@mosaic/apiserver';
import { apiVersionOf } from '@mosaic/apiserver';
import type { Signal } from '@mosaic/wire';
import type { Change } from './change-log.ts';
import { kindsServed } from './kinds.ts';
import type { Engine } from './sim.ts';

/** What a recorder of the cluster agent is. */
export interface PastSink {
  observe(seen: { readonly op: 'add' | 'modify' | 'delete'; readonly object: KubeObject; readonly at: number }): void;
  /** An Event, in events.k8s.io/v1. */
  event(object: KubeObject, at: number): void;
  tick(at: number): Promise<void> | void;
  /** After everything that was there at the start. */
  checkpoint?(at: number): Promise<void> | void;
  /** Up to when what was seen. */
  cover?(covering: {
    readonly signal: Signal;
    readonly kind?: string;
    readonly from?: number;
    readonly to: number;
    readonly state: 'watching';
  }): void;
  flush?(at: number): Promise<void> | void;
}

/** Work between two breaths for the rest of the process. */
const SLICE_MS = 20;
const IDLE_TICK_MS = 10_000;
/** Spans join: fewer records say the same. */
const COVER_EVERY_MS = 5 * 60_000;
const OPS = { ADDED: 'add', MODIFIED: 'modify', DELETED: 'delete' } as const;

/** Telling the past takes seconds, in which life goes on: it is told too, until the clock is nearly reached. */
const NEARLY_NOW_MS = 1_000;

/** Runs `sim` to `until` and on to `now`, telling `sink` what stood at the start and everything since. */
export async function tellPast(
  sim: Engine,
  until: number,
  sink: PastSink,
  onProgress: (share: number) => void = () => {},
  now: () => number = () => until,
): Promise<void> {
  const start = sim.now();
  for (const table of [...sim.world.tables()])
    if (table !== 'Lease' && table !== 'Event')
      for (const object of sim.world.all(table)) sink.observe({ op: 'add', object, at: start });
  await sink.checkpoint?.(start);
  cover(sim, sink, start, start);
  const deaf = sim.world.listen((change) => tell(sink, change));
  try {
    await run(sim, until, sink, (at) => onProgress((at - start) / (until - start)));
    while (now() - sim.now() > NEARLY_NOW_MS) await run(sim, now(), sink, () => {});
  } finally {
    deaf();
  }
  await sink.flush?.(sim.now());
  onProgress(1);
}

function tell(sink: PastSink, { table, type, object, at }: Change): void {
  if (table === 'Lease') return;
  if (table !== 'Event') sink.observe({ op: OPS[type], object, at });
  else if (type !== 'DELETED') sink.event(object, at);
}

async function run(sim: Engine, until: number, sink: PastSink, onProgress: (at: number) => void): Promise<void> {
  let ticked = sim.now();
  let covered = ticked;
  let begun = performance.now();
  const tick = async (at: number): Promise<void> => {
    ticked = at;
    if (at - covered >= COVER_EVERY_MS || at === until) {
      covered = at;
      cover(sim, sink, undefined, at);
    }
    await sink.tick(at);
  };
  while (sim.now() < until) {
    const next = Math.min(sim.timers.next?.at ?? until, until);
    while (ticked + IDLE_TICK_MS < next) await tick(ticked + IDLE_TICK_MS);
    if (!sim.step(until)) sim.advance(until);
    if (sim.now() - ticked >= 1000 || sim.now() === until) await tick(sim.now());
    if (performance.now() - begun < SLICE_MS) continue;
    onProgress(sim.now());
    await new Promise((resolve) => setImmediate(resolve));
    begun = performance.now();
  }
}

function cover(sim: Engine, sink: PastSink, from: number | undefined, to: number): void {
  if (sink.cover === undefined) return;
  const span = { ...(from !== undefined && { from }), to, state: 'watching' } as const;
  for (const kind of kindsServed(sim.world))
    if (kind.verbs.includes('watch') && kind.kind !== 'Event' && kind.kind !== 'Lease')
      sink.cover({ signal: 'objects', kind: `${apiVersionOf(kind)}/${kind.kind}`, ...span });
  sink.cover({ signal: 'state', ...span });
  sink.cover({ signal: 'events', ...span });
}

/** Runs `sim` to `until` with nobody watching, in slices. */
export async function passTime(sim: Engine, until: number): Promise<void> {
  let begun = performance.now();
  while (sim.step(until)) {
    if (performance.now() - begun < SLICE_MS) continue;
    await new Promise((resolve) => setImmediate(resolve));
    begun = performance.now();
  }
  sim.advance(until);
}
