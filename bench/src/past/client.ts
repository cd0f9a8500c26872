// What kubectl asks of an API server, byte for byte as much: Tables in pages of 500, compressed.

import { kindsOfCategory } from './kinds.ts';

/** kubectl's `--chunk-size`. */
const PAGE = 500;
const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };

export interface Moment {
  /** `http://127.0.0.1:…/at/…/load-1` */
  readonly url: string;
}

interface Page {
  readonly rows: readonly {
    readonly object: { readonly metadata: { readonly name: string; readonly namespace?: string } };
  }[];
  readonly metadata: { readonly continue?: string };
}

async function page(url: string): Promise<Page> {
  const response = await fetch(url, { headers: TABLE });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Page; // a Table
}

/** Rows of a resource, at most `most`. */
export async function listed({ url }: Moment, path: string, most = Number.POSITIVE_INFINITY): Promise<Page['rows']> {
  const rows: Page['rows'][number][] = [];
  let token = '';
  do {
    const limit = Math.min(PAGE, most - rows.length);
    const { rows: some, metadata } = await page(`${url}${path}?limit=${limit}${token && `&continue=${token}`}`);
    rows.push(...some);
    token = metadata.continue ?? '';
  } while (token !== '' && rows.length < most);
  return rows;
}

/** `kubectl get all -A`: the kinds of the category, one after the other. */
export async function listedAll(moment: Moment): Promise<number> {
  let rows = 0;
  for (const path of kindsOfCategory('all')) rows += (await listed(moment, path)).length;
  return rows;
}

export async function got(url: string): Promise<number> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  await response.arrayBuffer();
  return 1;
}
