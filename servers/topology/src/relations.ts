// Edges: what objects say of each other, lifted to the nodes they stand in at a level.

import { edgeId, type Link, type Relation, type Slim, type TopologyEdge } from '@mosaic/wire';
import type { Scene } from './scene.ts';

/** Where an edge was read: the object that says so, and by which rule. */
export interface EdgeSource {
  readonly slim: Slim;
  readonly where: string;
}

export interface EdgeOptions {
  /** The node an object stands in at this level; undefined when it stands nowhere. */
  readonly idOf: (slim: Slim) => string | undefined;
  /** Whether an object's own links are read at this level. */
  readonly speaks: (slim: Slim) => boolean;
  /** Told of everything behind an edge. */
  readonly onSource?: (edge: TopologyEdge, source: EdgeSource) => void;
}

export function edgesOf(scene: Scene, options: EdgeOptions): Map<string, TopologyEdge> {
  const edges = new Map<string, TopologyEdge>();
  const draw = (relation: Relation, from: string, to: string, link: Pick<Link, 'port' | 'via'>, slim: Slim): void => {
    if (from === to) return;
    const id = edgeId(relation, from, to);
    const known = edges.get(id);
    const edge = joined(known, id, from, to, relation, link);
    if (edge !== known) edges.set(id, edge);
    options.onSource?.(edge, { slim, where: link.via ?? relation });
  };
  const context: Context = {
    scene,
    options,
    draw,
    declaring: new Map(),
    mounting: [],
    declared: [],
    selecting: new Set(),
    owners: new Map(),
  };
  readAll(context);
  drawDeclared(context);
  return edges;
}

interface Context {
  readonly scene: Scene;
  readonly options: EdgeOptions;
  readonly draw: (relation: Relation, from: string, to: string, link: Pick<Link, 'port' | 'via'>, slim: Slim) => void;
  /** ConfigMaps that name Services, by node id. */
  readonly declaring: Map<string, Slim>;
  readonly mounting: { readonly from: string; readonly to: string }[];
  readonly declared: { readonly from: string; readonly link: Link; readonly slim: Slim }[];
  /** `service → node` pairs: a workload naming its own Service says nothing. */
  readonly selecting: Set<string>;
  /** Nodes of owners, by the owner's uid: siblings share it. */
  readonly owners: Map<string, string | undefined>;
}

type Said = Pick<Link, 'port' | 'via'>;

/** Repeated sayings keep the smallest words, so that the order of reading does not show. */
function joined(
  known: TopologyEdge | undefined,
  id: string,
  from: string,
  to: string,
  relation: Relation,
  link: Said,
): TopologyEdge {
  if (known === undefined) return edgeOf(id, from, to, relation, link.port, link.via);
  const via = smaller(known.via, link.via);
  const port = smaller(known.port, link.port);
  return via === known.via && port === known.port ? known : edgeOf(id, from, to, relation, port, via);
}

const smaller = <T extends string | number>(known: T | undefined, said: T | undefined): T | undefined =>
  known === undefined || (said !== undefined && said < known) ? said : known;

/** A literal for each case: there are tens of thousands of pods' edges. */
function edgeOf(
  id: string,
  from: string,
  to: string,
  relation: Relation,
  port: number | undefined,
  via: string | undefined,
): TopologyEdge {
  if (port !== undefined)
    return via === undefined ? { id, from, to, relation, port } : { id, from, to, relation, port, via };
  return via === undefined ? { id, from, to, relation } : { id, from, to, relation, via };
}

function readAll(context: Context): void {
  const { scene, options } = context;
  const isNew = newPerNode();
  for (const slim of scene.objects.values()) {
    const from = options.idOf(slim);
    if (from === undefined) continue;
    readOwner(context, slim, from);
    if (slim.links.length === 0 || !options.speaks(slim)) continue;
    if (options.onSource === undefined && !isNew(from, slim.links)) continue;
    for (const link of slim.links) readLink(context, slim, from, link);
  }
}

/** Pods of one template share their links: each list is read once per node. Most nodes have one. */
function newPerNode(): (node: string, links: Slim['links']) => boolean {
  const firsts = new Map<string, Slim['links']>();
  const others = new Map<string, Set<Slim['links']>>();
  return (node, links) => {
    const first = firsts.get(node);
    if (first === undefined) firsts.set(node, links);
    if (first === undefined || first === links) return first === undefined;
    const more = others.get(node) ?? new Set();
    others.set(node, more);
    return more.size < more.add(links).size;
  };
}

const OWNED = { via: 'ownerReferences' } as const;

function readOwner({ scene, options, draw, owners }: Context, slim: Slim, from: string): void {
  if (slim.owner === undefined) return;
  let owner = owners.get(slim.owner);
  if (owner === undefined && !owners.has(slim.owner)) {
    owner = ownerNode(scene, options, slim.owner);
    owners.set(slim.owner, owner);
  }
  if (owner !== undefined) draw('owns', owner, from, OWNED, slim); // not to itself: what stands in its own owner
}

/** The nearest owner that stands at this level: a pod's Deployment when ReplicaSets do not. */
function ownerNode(scene: Scene, { idOf }: EdgeOptions, uid: string): string | undefined {
  const owner = scene.objects.get(uid);
  if (owner === undefined || owner.kind === 'Node') return undefined;
  const own = idOf(owner);
  if (own !== undefined) return own;
  const workload = scene.workloadOf(owner);
  return workload && idOf(workload);
}

function readLink(context: Context, slim: Slim, from: string, link: Link): void {
  if (link.relation === 'connects' || link.relation === 'owns' || link.relation === 'scheduledOn') return;
  if (link.relation === 'declared') {
    readDeclared(context, slim, from, link);
    return;
  }
  const { scene, options, draw } = context;
  const targets = targetsOf(scene, slim, link);
  // A selector finds every pod of a workload: one edge.
  let last: string | undefined;
  let drawn: Set<string> | undefined;
  for (const target of targets) {
    const to = options.idOf(target);
    if (to === undefined || to === last || drawn?.has(to)) continue;
    if (last !== undefined) drawn = (drawn ?? new Set([last])).add(to);
    last = to;
    draw(link.relation, from, to, link, slim);
    if (link.relation === 'selects') context.selecting.add(`${from}\n${to}`);
    if (link.relation === 'mounts' && target.kind === 'ConfigMap') context.mounting.push({ from, to });
  }
}

function targetsOf(scene: Scene, slim: Slim, link: Link): readonly Slim[] {
  const namespace = link.namespace ?? slim.namespace;
  if (link.selector !== undefined) return scene.selected(namespace, link.selector);
  const named = link.name === undefined ? undefined : scene.named(link.kind, namespace, link.name);
  return named === undefined ? [] : [named];
}

function readDeclared({ declaring, declared }: Context, slim: Slim, from: string, link: Link): void {
  if (slim.kind === 'ConfigMap') declaring.set(from, slim);
  else declared.push({ from, link, slim });
}

/** A Service's name in env or args, or in a ConfigMap that a workload mounts, where such a Service stands now; never one's own. */
function drawDeclared({ scene, options, draw, declaring, mounting, declared, selecting }: Context): void {
  const point = (from: string, link: Link, slim: Slim, via: string | undefined): void => {
    const service = targetsOf(scene, slim, link).find(({ kind }) => kind === 'Service');
    const to = service && options.idOf(service);
    if (to === undefined || selecting.has(`${to}\n${from}`)) return;
    draw('declared', from, to, { ...link, ...(via !== undefined && { via }) }, slim);
  };
  for (const { from, link, slim } of declared) point(from, link, slim, link.via);
  for (const { from, to } of mounting) {
    const map = declaring.get(to);
    if (map === undefined) continue;
    for (const link of map.links)
      if (link.relation === 'declared')
        point(from, link, map, `ConfigMap ${map.name}${link.via ? `: ${link.via}` : ''}`);
  }
}

/** Pod → Node edges. */
export function scheduledEdges(
  scene: Scene,
  idOf: EdgeOptions['idOf'],
  onSource?: EdgeOptions['onSource'],
): TopologyEdge[] {
  return scene.pods.flatMap((pod) => {
    const machine = pod.node === undefined ? undefined : scene.named('Node', '', pod.node);
    const from = idOf(pod);
    const to = machine && idOf(machine);
    if (from === undefined || to === undefined) return [];
    const edge: TopologyEdge = {
      id: edgeId('scheduledOn', from, to),
      from,
      to,
      relation: 'scheduledOn',
      via: 'spec.nodeName',
    };
    onSource?.(edge, { slim: pod, where: 'spec.nodeName' });
    return [edge];
  });
}
