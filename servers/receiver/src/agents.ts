// What an agent says of itself beside its coverage, kept for whoever asks how the agents are: its version, and what waits in its spool.

import type { Store } from '@mosaic/store';
import { agentMark, type ChunkHeader } from '@mosaic/wire';

const SAID_AGAIN_MS = 60_000;
const MOST_KNOWN = 100_000;

/** Writes what is new, at most once a minute unless it differs much. Never rejects: it is only news. */
export function agentNotes({ marks }: Pick<Store, 'marks'>): (header: ChunkHeader, now: number) => Promise<void> {
  const said = new Map<string, { readonly at: number; readonly version: string; readonly spoolBytes: number }>();
  return async ({ cluster, source, agent }, now) => {
    if (agent === undefined) return;
    const mark = agentMark(cluster, source);
    const before = said.get(mark);
    const isKnown = before !== undefined && before.version === agent.version && now - before.at < SAID_AGAIN_MS;
    if (isKnown && roughly(before.spoolBytes) === roughly(agent.spoolBytes)) return;
    if (said.size >= MOST_KNOWN) said.clear();
    said.set(mark, { at: now, ...agent });
    await marks.set(mark, JSON.stringify(agent)).catch(() => said.delete(mark));
  };
}

/** Doublings: from nothing to full there are a few dozen. */
const roughly = (bytes: number): number => Math.ceil(Math.log2(1 + bytes / (1024 * 1024)));
