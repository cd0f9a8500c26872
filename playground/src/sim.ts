// One cluster's life: a world, a virtual clock and controllers that react to changes. `advance` runs everything due up to an instant; between timers nothing happens, so a day passes in a second.

import type { KubeObject } from '@mosaic/apiserver';
import type { Change } from './change-log.ts';
import { tableOf } from './kinds.ts';
import type { Memory } from './memory.ts';
import type { Random } from './random.ts';
import type { About, Timers } from './timers.ts';
import type { World } from './world.ts';

export interface Sim {
  readonly name: string;
  readonly seed: number;
  readonly world: World;
  readonly random: Random;
  readonly timers: Timers;
  readonly memory: Memory;
  now(): number;
  /** The world's table of a kind. */
  tableOf(apiVersion: string, kind: string): string;
  /** Sets a timer `ms` from now. */
  after(ms: number, what: string, about?: About): void;
  at(instant: number, what: string, about?: About): void;
  /** Asks a controller to look at one thing, once, after what is happening now. */
  touch(controller: string, namespace: string, name: string): void;
}

/** Level-triggered: looks at how one thing is and does the next step. */
export type Reconcile = (sim: Sim, namespace: string, name: string) => void;
export type Handle = (sim: Sim, about: About) => void;
/** Which reconciliations a change calls for. */
export type React = (sim: Sim, change: Change) => void;

export interface Controller {
  readonly reconcile?: Readonly<Record<string, Reconcile>>;
  readonly handle?: Readonly<Record<string, Handle>>;
  readonly react?: Readonly<Record<string, React>>;
}

export interface Engine extends Sim {
  /** Runs reconciliations that are asked for at this instant. */
  settle(): void;
  /** Everything due up to `instant`; then it is `instant`. */
  advance(instant: number): void;
  /** Runs the timers of the next instant at or before `instant`; false when there is none. */
  step(instant: number): boolean;
}

export interface Parts {
  readonly name: string;
  readonly seed: number;
  readonly random: Random;
  readonly timers: Timers;
  readonly memory: Memory;
  readonly clock: { now: number };
  readonly world: World;
  readonly controllers: readonly Controller[];
  readonly onEveryChange?: React;
}

/** A controller that never settles is a bug, not a busy loop. */
const MOST_ROUNDS = 200_000;

export function engine({ controllers, onEveryChange, clock, ...parts }: Parts): Engine {
  const reconcilers = new Map(controllers.flatMap(({ reconcile }) => Object.entries(reconcile ?? {})));
  const handlers = new Map(controllers.flatMap(({ handle }) => Object.entries(handle ?? {})));
  const reactions = new Map<string, React[]>();
  for (const [table, react] of controllers.flatMap(({ react }) => Object.entries(react ?? {})))
    reactions.set(table, [...(reactions.get(table) ?? []), react]);
  const asked = new Map<string, readonly [controller: string, namespace: string, name: string]>();

  const sim: Engine = {
    ...parts,
    now: () => clock.now,
    tableOf,
    after: (ms, what, about) => parts.timers.set(clock.now + Math.round(ms), what, about),
    at: (instant, what, about) => parts.timers.set(Math.max(instant, clock.now), what, about),
    touch(controller, namespace, name) {
      asked.set(`${controller}|${namespace}|${name}`, [controller, namespace, name]);
    },
    settle() {
      let rounds = 0;
      for (const [id, [controller, namespace, name]] of asked) {
        asked.delete(id);
        reconcilers.get(controller)?.(sim, namespace, name);
        if (++rounds > MOST_ROUNDS) throw new Error(`${parts.name}: ${controller} ${namespace}/${name} never settles`);
      }
    },
    step(instant) {
      sim.settle();
      const first = parts.timers.next;
      if (first === undefined || first.at > instant) return false;
      clock.now = Math.max(clock.now, first.at);
      for (let due = parts.timers.next; due !== undefined && due.at <= clock.now; due = parts.timers.next) {
        parts.timers.take();
        handlers.get(due.what)?.(sim, due.about);
      }
      sim.settle();
      return true;
    },
    advance(instant) {
      while (sim.step(instant));
      clock.now = Math.max(clock.now, instant);
    },
  };
  parts.world.listen((change) => {
    onEveryChange?.(sim, change);
    for (const react of reactions.get(change.table) ?? []) react(sim, change);
  });
  return sim;
}

/** What a change asks of the controller of the object itself. */
export const itself =
  (controller: string): React =>
  (sim, { type, object }) => {
    if (type !== 'DELETED') sim.touch(controller, object.metadata.namespace ?? '', object.metadata.name);
  };

export const textOf = (about: About, field: string): string => {
  const value = about[field];
  return typeof value === 'string' ? value : '';
};
export const numberOf = (about: About, field: string): number => {
  const value = about[field];
  return typeof value === 'number' ? value : 0;
};

export const isLeaving = (object: KubeObject): boolean => object.metadata.deletionTimestamp !== undefined;
