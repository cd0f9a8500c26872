// What an operation of a story is.

import { type Sim, textOf } from '../sim.ts';
import type { About } from '../timers.ts';

export type Op = (sim: Sim, namespace: string, name: string, about: About) => void;

/** The field manager it is done as. */
export const by = (about: About): string => textOf(about, 'by') || 'argo-cd';
