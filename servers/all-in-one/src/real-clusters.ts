// Real clusters: one agent per context, read-only. What they were before the first start is only what their objects prove.

import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { type LiveSource, live } from '@mosaic/kat';
import type { Choice } from './choice.ts';
import { enrol, folderOf } from './enrol.ts';
import { watchLocalNode } from './local-node.ts';
import type { Road } from './road.ts';
import { watch } from './watch.ts';

type Contexts = Extract<Choice, { kind: 'kubernetes' }>;

/** A cluster that does not answer is asked again so often. */
const AGAIN_MS = 15_000;

/** Throws what a cluster said when none answers and nothing of them is kept: then there is nothing to show. */
export async function watchContexts(road: Road, { contexts, inCluster }: Contexts): Promise<readonly string[]> {
  const names = inCluster ? ['in-cluster'] : contexts;
  const nodes: string[] = [];
  const silent: Silent[] = [];
  for (const name of names) {
    const source = live(inCluster ? { inCluster } : { context: name });
    const error = await source.version().then(nothing, (reason: unknown) => reason);
    if (error !== undefined) silent.push({ name, source, error });
    else nodes.push(...(await enrolAndWatch(road, name, source)));
  }
  const isOneKept = names.some((name) => existsSync(folderOf(road.settings.MOSAIC_DATA, name)));
  if (silent.length === names.length && !isOneKept) throw silent[0]?.error;
  for (const one of silent) await keepAsking(road, one);
  return [...silent.map(toldOf), ...(silent.length < names.length ? watchedHints(nodes) : [])];
}

interface Silent {
  readonly name: string;
  readonly source: LiveSource;
  readonly error: unknown;
}

const nothing = (): undefined => undefined;

const toldOf = ({ name, error }: Silent): string =>
  `${name} does not answer; its past is here, and it is asked again every ${AGAIN_MS / 1000} s: ${error instanceof Error ? error.message : String(error)}`;

const watchedHints = (nodes: readonly string[]): readonly string[] =>
  nodes.length > 0
    ? [`Watched from now on: objects and events; logs, connections and usage of this machine, ${nodes.join(', ')}.`]
    : [
        'Watched from now on: objects and events. Pod logs are read on demand.',
        'Not watched yet: stored logs, connections and usage; they come with the node agent.',
      ];

/** Until it answers; then it is watched as if it had answered at once. */
function keepAsking(road: Road, { name, source }: Silent): Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const asking = async (): Promise<void> => {
    while (!signal.aborted) {
      await setTimeout(AGAIN_MS, undefined, { signal, ref: false }).catch(nothing);
      if (signal.aborted) return;
      const error = await source.version().then(nothing, (reason: unknown) => reason ?? 'no reason');
      if (error === undefined) return void (await enrolAndWatch(road, name, source));
    }
  };
  return road.life.start(
    `asking ${name} again`,
    () => void asking().catch((error: unknown) => road.log.error('a cluster is not watched', { cluster: name, error })),
    () => stopping.abort(),
  );
}

async function enrolAndWatch(road: Road, name: string, source: LiveSource): Promise<readonly string[]> {
  const [{ gitVersion }, uid] = await Promise.all([source.version(), source.kubeSystemUid()]);
  const as = await enrol(road, { name, kind: 'kubernetes', version: gitVersion, ...(uid !== undefined && { uid }) });
  const isNew = (await road.store.state.extent(as.cluster.id)) === undefined;
  await watch(road, source, as, isNew);
  const node = await watchLocalNode(road, source, as);
  return node === undefined ? [] : [node];
}
