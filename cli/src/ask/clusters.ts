// Which clusters are meant: those named, or all that are known.

import { clusterSchema, listOf } from '@mosaic/wire';
import { EXIT, Unanswered, UsageError } from '../exit.ts';
import type { Server } from './server.ts';

const known = listOf(clusterSchema).pick({ items: true });

const ids = listOf(clusterSchema.pick({ id: true, name: true })).pick({ items: true });

/** By id. What cannot be asked now has no names. */
export async function clusterNames(server: Server): Promise<ReadonlyMap<number, string>> {
  const { items } = await server.ask('/clusters', {}, ids).catch(() => ({ items: [] }));
  return new Map(items.map(({ id, name }) => [id, name]));
}

/** Names, in the order they were named. Throws `UsageError` for one that nobody knows. */
export async function clustersMeant(server: Server, named: readonly string[] = []): Promise<readonly string[]> {
  const { items } = await server.ask('/clusters', {}, known);
  const names = items.map(({ name }) => name);
  if (names.length === 0) throw new Unanswered(`${server.url} knows no cluster yet`, EXIT.nothing);
  const meant = named.map((wish) => items.find(({ id, name }) => name === wish || String(id) === wish)?.name ?? wish);
  const unknown = meant.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UsageError(`cluster ${unknown} is not known; known: ${names.join(', ')}`);
  return meant.length === 0 ? names : [...new Set(meant)];
}

/** The one that is meant. Throws `UsageError` when it is not clear. */
export async function oneCluster(server: Server, named: string | undefined): Promise<string> {
  const names = await clustersMeant(server, named === undefined ? [] : [named]);
  const [only, ...others] = names;
  if (only === undefined || others.length > 0)
    throw new UsageError(`there are ${names.length} clusters; say which: --cluster ${names.join(' or --cluster ')}`);
  return only;
}
