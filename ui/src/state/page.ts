// What every part of the page may reach for: the view, the clock, and how to travel.

import { getContext, setContext } from 'svelte';
import type { Clock } from './clock.svelte.ts';
import type { Cursor } from './cursor.svelte.ts';
import type { View } from './view.svelte.ts';

export interface PageContext {
  readonly view: View;
  readonly clock: Clock;
  readonly cursor: Cursor;
  /** Travels, and moves the bar so that the instant is on it. */
  travel(at: number | undefined, node?: string): void;
}

const KEY = Symbol('page');
export const setPage = (page: PageContext): PageContext => setContext(KEY, page);
export const getPage = (): PageContext => getContext<PageContext>(KEY);
