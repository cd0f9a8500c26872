// Every page of the navigation, in its order: one line here is a link, an address (`?page=`), a key after `g`, and what is loaded when it is opened.

import type { Component } from 'svelte';
import type { PageProps } from './page-props.ts';

export interface PageEntry {
  readonly id: string;
  readonly title: string;
  /** Pressed after `g`. */
  readonly key: string;
  /** Reached by its address only. */
  readonly isUnlisted?: true;
  /** The map has no component here: it never leaves the frame. */
  readonly load?: () => Promise<{ readonly default: Component<PageProps> }>;
}

export const PAGE_LIST = [
  { id: 'map', title: 'Map', key: 'm' },
  { id: 'changes', title: 'Changes', key: 'c', load: () => import('./changes/Changes.svelte') },
  { id: 'events', title: 'Events', key: 'e', load: () => import('./events/Events.svelte') },
  { id: 'clusters', title: 'Clusters', key: 'k', load: () => import('./clusters/Clusters.svelte') },
  { id: 'audit', title: 'Audit', key: 'u', load: () => import('../audit/Audit.svelte') },
  { id: 'storage', title: 'Storage', key: 's', load: () => import('./storage/Storage.svelte') },
  { id: 'about', title: 'About', key: 'a', load: () => import('./about/AboutPage.svelte') },
] as const satisfies readonly PageEntry[];

export type Page = (typeof PAGE_LIST)[number]['id'];
export const PAGES: readonly Page[] = PAGE_LIST.map(({ id }) => id);

const BY_ID: ReadonlyMap<string, PageEntry> = new Map(PAGE_LIST.map((entry) => [entry.id, entry]));
const BY_KEY: ReadonlyMap<string, Page> = new Map(PAGE_LIST.map(({ key, id }) => [key, id]));

export const isListed = ({ isUnlisted }: PageEntry): boolean => isUnlisted !== true;
export const titleOf = (page: Page): string => BY_ID.get(page)?.title ?? page;
export const loadOf = (page: Page): PageEntry['load'] => BY_ID.get(page)?.load;
export const pageOfKey = (key: string): Page | undefined => BY_KEY.get(key);
