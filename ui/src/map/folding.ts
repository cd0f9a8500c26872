// When there is too much for one picture: whole groups become one card each (namespaces, values of a label, machines); what is broken or degraded keeps its own.

import type { TopologyNode } from '@mosaic/wire';
import { strings } from '../strings.ts';
import { isGroup } from './kinds.ts';
import type { Health, SceneNode, SceneOptions } from './scene.ts';

/** Above this many elements groups are folded. */
export const MOST_ELEMENTS = 500;
/** So many of a namespace that carry no such label still stand by themselves. */
const MOST_LOOSE = 60;
const FOLD = 'fold:';

const RANK: Record<Health, number> = { well: 0, unknown: 1, degraded: 2, broken: 3 };
const isBad = (h: Health): boolean => h === 'broken' || h === 'degraded';

/** What a folded card stands for, as the address keeps it once it is opened. */
export const foldOf = (id: string): string | undefined => (id.startsWith(FOLD) ? id.slice(FOLD.length) : undefined);

export interface Folding {
  readonly nodes: SceneNode[];
  /** Which card stands for an id. */
  readonly stand: ReadonlyMap<string, string>;
  readonly isFolded: boolean;
}

/** The machine at level node, else the hull; a thing of no namespace (a Node, an address outside) is never folded. */
function keyOf({ block, group, kind, node }: SceneNode, level: string): string | undefined {
  if (level === 'node') return block;
  return node.namespace === '' || isGroup(kind) ? undefined : group;
}

/** Things without the label that parts the others stay as they are while they are few. */
const isLoose = (key: string, members: readonly SceneNode[]): boolean =>
  key.endsWith(':') && members.length <= MOST_LOOSE;

/** `frames` are the owners drawn around their members; they name the card their members are folded to. */
export function fold(cards: readonly SceneNode[], frames: readonly SceneNode[], o: SceneOptions): Folding {
  const stand = new Map<string, string>();
  const open = new Set(o.open);
  if (cards.length <= MOST_ELEMENTS || open.has('*')) {
    for (const c of cards) stand.set(c.id, c.id);
    return { nodes: [...cards], stand, isFolded: false };
  }
  const owners = new Map(frames.map((f) => [f.id, f]));
  const isOne = new Set(cards.map((c) => c.node.cluster)).size === 1;
  const nodes: SceneNode[] = [];
  for (const [key, members] of Map.groupBy(cards, (c) => keyOf(c, o.level))) {
    const isWhole = key === undefined || open.has(key) || isLoose(key, members);
    const stays = isWhole ? members : members.filter((m) => isBad(m.health));
    nodes.push(...stays);
    for (const m of stays) stand.set(m.id, m.id);
    if (isWhole || stays.length === members.length) continue;
    const goes = members.filter((m) => !isBad(m.health));
    const folded = foldedCard(key, goes, titleOf(key, owners.get(key), o), isOne);
    nodes.push(folded);
    for (const m of goes) stand.set(m.id, folded.id);
  }
  return { nodes, stand, isFolded: true };
}

function titleOf(key: string, owner: SceneNode | undefined, { by }: SceneOptions): string {
  if (owner !== undefined) return owner.title;
  const name = key.slice(key.indexOf(':') + 1);
  return name === '' ? strings.group.without(by ?? '') : name;
}

function foldedCard(key: string, members: readonly SceneNode[], title: string, isOne: boolean): SceneNode {
  const first = members[0] as SceneNode; // a group has members, or it would not be one
  const node = sumOf(`${FOLD}${key}`, title, members);
  const many = strings.map.things(members.length);
  return {
    id: node.id,
    title,
    short: undefined,
    sub: isOne ? many : `${many} · ${node.clusterName}`,
    kind: node.kind,
    health: node.health,
    ghost: false,
    group: first.group,
    block: undefined,
    dots: [],
    node,
    folded: members.length,
  };
}

/** Its members as one thing: their counts together, the worst health, the reasons of what is not well. */
function sumOf(id: string, name: string, members: readonly SceneNode[]): TopologyNode {
  const first = members[0] as SceneNode; // as above
  const count = (h: Health) => members.filter((m) => m.health === h && !m.ghost).length;
  const sum = (pick: (n: TopologyNode) => number) => members.reduce((s, m) => s + pick(m.node), 0);
  return {
    ...first.node,
    id,
    kind: 'Namespace',
    name,
    health: members.reduce<Health>((w, m) => (RANK[m.health] > RANK[w] ? m.health : w), 'well'),
    reasons: members.filter((m) => isBad(m.health)).map((m) => `${m.title}: ${m.node.reasons[0] ?? m.health}`),
    counts: {
      pods: sum((n) => n.counts.pods),
      ready: sum((n) => n.counts.ready),
      wanted: sum((n) => n.counts.wanted),
      restarts: sum((n) => n.counts.restarts),
      well: count('well'),
      degraded: count('degraded'),
      broken: count('broken'),
      unknown: count('unknown'),
      workloads: members.length,
    },
    pods: [],
  };
}
