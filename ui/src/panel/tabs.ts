// Which tabs a thing has: groups have no manifest, only what has pods speaks and is measured.

import type { TopologyNode } from '@mosaic/wire';
import { isGroup } from '../map/kinds.ts';
import { TABS, type Tab } from '../state/url-state.ts';

const OF_GROUPS: readonly Tab[] = ['summary', 'connections', 'relations'];

export const isGrouped = (node: TopologyNode | undefined): boolean =>
  node !== undefined && (isGroup(node.kind) || node.uid === undefined);

/** It, or pods of it, write lines and use what can be measured. */
export const isSpeaking = (node: TopologyNode | undefined): boolean =>
  node?.kind === 'Pod' || node?.kind === 'Container' || (node?.pods?.length ?? 0) > 0;

const HAS: Partial<Record<Tab, (node: TopologyNode | undefined) => boolean>> = {
  logs: isSpeaking,
  metrics: (node) => isSpeaking(node) || node?.kind === 'Node',
  connections: (node) => isSpeaking(node) || node?.kind === 'Service',
};

export const tabsOf = (node: TopologyNode | undefined): readonly Tab[] =>
  isGrouped(node) ? OF_GROUPS : TABS.filter((tab) => HAS[tab]?.(node) ?? true);
