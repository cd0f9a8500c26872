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
  // Pods of one template share their links: each list is read once per node.
  const read = new Map<string, Set<Slim['links']>>();
  for (const slim of scene.objects.values()) {
    const from = options.idOf(slim);
    if (from === undefined) continue;
    readOwner(context, slim, from);
    if (slim.links.length === 0 || !options.speaks(slim)) continue;
    const seen = read.get(from);
    if (seen?.has(slim.links) && options.onSource === undefined) continue;
    if (seen) seen.add(slim.links);
    else read.set(from, new Set([slim.links]));
    for (const link of slim.links) readLink(context, slim, from, link);
  }
}

const OWNED = { via: 'ownerReferences' } as const;

function readOwner({ scene, options, draw }: Context, slim: Slim, from: string): void {
  if (slim.owner === undefined) return;
  const owner = scene.objects.get(slim.owner);
  const ownerId = owner && ownerNode(scene, options, owner, from);
  if (ownerId !== undefined) draw('owns', ownerId, from, OWNED, slim);
}

/** The nearest owner that stands at this level: a pod's Deployment when ReplicaSets do not. */
function ownerNode(scene: Scene, { idOf }: EdgeOptions, owner: Slim, from: string): string | undefined {
  if (owner.kind === 'Node') return undefined;
  const own = idOf(owner);
  if (own !== undefined) return own;
  const workload = scene.workloadOf(owner);
  const id = workload && idOf(workload);
  return id === from ? undefined : id;
}

function readLink(context: Context, slim: Slim, from: string, link: Link): void {
  if (link.relation === 'connects' || link.relation === 'owns' || link.relation === 'scheduledOn') return;
  if (link.relation === 'declared') {
    readDeclared(context, slim, from, link);
    return;
  }
  const { scene, options, draw } = context;
  const targets = targetsOf(scene, slim, link);
  const drawn = targets.length > 1 ? new Set<string>() : undefined; // a selector finds every pod of a workload: one edge
  for (const target of targets) {
    const to = options.idOf(target);
    if (to === undefined || drawn?.has(to)) continue;
    drawn?.add(to);
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
