// What the panel is about: one thing at one instant, and the answers its tabs need, asked only when a tab is looked at.

import type {
  BlameAnswer,
  EventAnswer,
  Level,
  ListAnswer,
  MetricQueryAnswer,
  ObjectAt,
  ObjectSummary,
  RevisionAnswer,
  TopologyAnswer,
  TopologyNode,
} from '@mosaic/wire';
import type { Questions } from '../api/questions.ts';
import { isGroup } from '../map/kinds.ts';
import { Glance } from './glance.svelte.ts';
import { LogDesk } from './log-desk.svelte.ts';
import { Resource } from './resource.svelte.ts';
import type { Span, Tab } from './url-state.ts';

export interface Wanted {
  readonly id: string;
  readonly node: TopologyNode | undefined;
  readonly at: number | undefined;
  readonly span: Span;
  readonly tab: Tab;
  /** Metrics of every pod by itself. */
  readonly each: boolean;
  /** It stands on the drawn level, so that its edges are known. */
  readonly isHere: boolean;
}

interface Name {
  readonly cluster: number;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** `1:Deployment:shop:checkout`; undefined for anything else. */
export function nameOfId(id: string): Name | undefined {
  const match = /^(\d+):([^:]+):([^:]*):(.+)$/s.exec(id);
  if (match === null) return undefined;
  const [, cluster = '', kind = '', namespace = '', name = ''] = match;
  return { cluster: Number(cluster), kind, namespace, name };
}

export const isNamed = ({ cluster, kind, namespace, name }: Name, id: string): boolean =>
  id === `${cluster}:${kind}:${namespace}:${name}`;

/** A node made of what `/objects` knows, for things that are not on this level of the map. */
export function nodeOfSummary(id: string, s: ObjectSummary, parent?: string): TopologyNode {
  return {
    id,
    kind: s.kind,
    name: s.name,
    namespace: s.namespace,
    cluster: s.cluster,
    clusterName: s.clusterName,
    uid: s.uid,
    apiVersion: s.apiVersion,
    health: s.health,
    reasons: s.reasons,
    counts: { pods: s.wanted ?? 0, ready: s.ready ?? 0, wanted: s.wanted ?? 0, restarts: s.restarts ?? 0 },
    images: s.images,
    labels: s.labels,
    createdAt: s.createdAt,
    ...(parent === undefined ? {} : { parent }),
    ...(s.node === undefined ? {} : { node: s.node }),
    ...(s.ip === undefined ? {} : { ip: s.ip }),
  };
}

export class Subject {
  readonly #questions: Questions;
  readonly found = new Resource<ListAnswer<ObjectSummary>>();
  readonly object = new Resource<ObjectAt>();
  readonly history = new Resource<ListAnswer<RevisionAnswer>>();
  readonly blame = new Resource<BlameAnswer>();
  readonly events = new Resource<ListAnswer<EventAnswer>>();
  readonly logs: LogDesk;
  readonly glance: Glance;
  readonly around = new Resource<TopologyAnswer>();
  readonly metrics = new Resource<MetricQueryAnswer>();
  #id: string | undefined;

  constructor(asked: Questions) {
    this.#questions = asked;
    this.logs = new LogDesk(asked);
    this.glance = new Glance(asked);
  }

  /** Asks for what the open tab shows. */
  show(wanted: Wanted): void {
    this.#turnTo(wanted.id);
    const node = wanted.node;
    if (node !== undefined && wanted.tab === 'connections' && !wanted.isHere) this.#lookAround(wanted, node);
    if (node === undefined) this.#look(wanted);
    else if (!isGroup(node.kind) && node.uid !== undefined)
      this.#ask(wanted, { cluster: node.cluster, uid: node.uid }, node);
  }

  /** Answers about another thing are forgotten, whichever part of the page asks first. */
  #turnTo(id: string): void {
    if (id === this.#id) return;
    this.#id = id;
    for (const each of [this.found, this.object, this.history, this.blame, this.events, this.metrics, this.around])
      each.clear();
  }

  /** Connections of something that is not on the drawn level, from the level it stands on. */
  #lookAround({ id, at, span }: Wanted, { cluster, namespace, kind }: TopologyNode): void {
    const level: Level =
      kind === 'Pod' ? 'pod' : kind === 'Container' ? 'container' : kind === 'Node' ? 'node' : 'workload';
    const query = { level, cluster, namespace: namespace || undefined };
    const key = `${id}|${at ?? `live${Math.floor(span.to / 10_000)}`}`;
    this.around.load(key, (signal) => this.#questions.topology(query, at, signal));
  }

  #look({ id, at }: Wanted): void {
    const name = nameOfId(id);
    if (name === undefined) return;
    this.found.load(`${id}|${at ?? 'live'}`, (signal) => this.#questions.objects(name, at, signal));
  }

  #ask({ at, span, tab, id, each }: Wanted, key: { cluster: number; uid: string }, node: TopologyNode): void {
    const q = this.#questions;
    // live answers are asked for again every ten seconds of the bar's end
    const when = at ?? `live${Math.floor(span.to / 10_000)}`;
    if (tab === 'summary' || tab === 'changes') {
      this.history.load(`${key.uid}|${span.to}`, (s) => q.history(key, span.to, s));
    }
    if (tab === 'metrics') {
      const about = `${span.from}|${span.to}`;
      this.history.load(`${key.uid}|${span.to}`, (s) => q.history(key, span.to, s));
      this.metrics.load(`${id}|${each}|${about}`, (s) => q.metrics({ entity: id, ...span, each }, s));
    }
    if (tab === 'yaml' || tab === 'blame') this.object.load(`${key.uid}|${when}`, (s) => q.object(key, at, s));
    if (tab === 'blame') this.blame.load(`${key.uid}|${when}`, (s) => q.blame(key, at, s));
    if (tab === 'events' || tab === 'summary') {
      const where = { cluster: node.cluster, namespace: node.namespace || undefined, limit: 200 };
      const about =
        node.kind === 'Pod' || isSingle(node.kind)
          ? { kind: node.kind, name: node.name }
          : { workload: `${node.kind}/${node.name}` };
      const to = at === undefined ? span.to : Math.ceil(at / EVENTS_STEP_MS) * EVENTS_STEP_MS;
      const from = Math.min(span.from, to - (span.to - span.from));
      this.events.load(`${id}|${from}|${to}`, (s) => q.events({ from, to, ...where, ...about }, s));
    }
  }
}

/** Moments within are one question. */
const EVENTS_STEP_MS = 10_000;

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob']);
const isSingle = (kind: string): boolean => !WORKLOADS.has(kind);
