// One moment of one cluster as a source of objects that can only be read.

import type { KubeObject, Listing, ObjectSource, Part, ResourceKind } from '@mosaic/apiserver';
import { byPlace, gone } from '@mosaic/apiserver';
import type { ClusterRecord } from '@mosaic/store';
import type { Signal } from '@mosaic/wire';
import type { Asking } from '../asking/asking.ts';
import { rfc3339 } from '../asking/instants.ts';
import { groupOf, kindKey } from './api-version.ts';
import type { Bodies } from './bodies.ts';
import { type Clock, replayClock } from './clock.ts';
import { eventsAt } from './events-at.ts';
import { logsAt } from './logs-at.ts';
import { replayEvents, replayObjects } from './replay.ts';
import { servedAs } from './shown.ts';
import type { Entry, StateViews } from './state-view.ts';
import { asStatus, told } from './statuses.ts';
import { usageAt } from './usage-at.ts';
import { gapWarnings, SECRETS_REDACTED } from './warnings.ts';

export interface PastParts {
  readonly asking: Pick<Asking, 'store' | 'coverage' | 'now'>;
  readonly bodies: Bodies;
  readonly views: StateViews;
  readonly cluster: ClusterRecord;
  readonly at: number;
  readonly speed: number;
  readonly kinds: readonly ResourceKind[];
}

const itself = (object: KubeObject): KubeObject => object;
const HOUR_MS = 3_600_000;
/** Lists are versioned by their instant in epoch ms: beyond every etcd revision, so that both are told apart. */
const INSTANTS_FROM = 1e12;

const isEvent = ({ group, kind }: ResourceKind): boolean =>
  kind === 'Event' && (group === '' || group === 'events.k8s.io');

/** Made for one request: what must be said of it gathers in `warning`. */
export function pastSource(parts: PastParts): ObjectSource {
  const { asking, bodies, views, cluster, at, kinds } = parts;
  const { store, coverage, now } = asking;
  const warnings = new Set<string>();
  const version = String(at);
  let clock: Clock | undefined;

  const warn = (texts: readonly string[]): void => {
    for (const text of texts) warnings.add(text);
  };
  const warnOf = async (signal: Signal, kind: ResourceKind | undefined, from = at): Promise<void> => {
    warn(gapWarnings(await coverage.gaps(cluster.id, { from, to: at }, [signal]), cluster, at, kind));
    if (kind?.kind === 'Secret' && kind.group === '') warn([SECRETS_REDACTED]);
  };
  const entriesAt = async (kind: ResourceKind, instant: number): Promise<readonly Entry[]> => {
    const view = await views(cluster, instant);
    warn(gapWarnings(view.gaps, cluster, instant));
    return view.kinds.get(kindKey(kind.group, kind.kind)) ?? [];
  };
  const manifests = async <T>(
    kind: ResourceKind,
    entries: readonly Entry[],
    make: (object: KubeObject) => T,
  ): Promise<T[]> => {
    const read = await bodies.all(cluster, entries, at, (object) => make(servedAs(kind, object)));
    const found = read.filter((made) => made !== undefined) as T[]; // those that are left
    const lost = entries.length - found.length;
    if (lost > 0)
      warn([
        `${lost} of ${entries.length} ${kind.resource} are left out: their manifests of ${rfc3339(at)} are not kept`,
      ]);
    return found;
  };
  const eventList = async (namespace: string | undefined): Promise<readonly KubeObject[]> => {
    const { events, isCut } = await eventsAt(store, cluster, at, namespace);
    if (isCut) warn(['only the newest events of the hour are shown']);
    await warnOf('events', undefined, at - HOUR_MS);
    return events;
  };
  const objectNamed = async (kind: ResourceKind, namespace: string, name: string): Promise<KubeObject | undefined> => {
    if (isEvent(kind)) return (await eventList(namespace)).find(({ metadata }) => metadata.name === name);
    const [object] = await Promise.all([livingNamed(parts, kind, namespace, name), warnOf('objects', kind)]);
    return object === undefined ? undefined : servedAs(kind, object);
  };
  const listed = async (
    kind: ResourceKind,
    namespace: string | undefined,
    part: Part | undefined,
  ): Promise<Listing> => {
    if (isEvent(kind)) return { items: await eventList(namespace), resourceVersion: version };
    await warnOf('objects', kind);
    const all = await entriesAt(kind, at);
    const meant = namespace === undefined ? all : all.filter((entry) => entry.namespace === namespace);
    if (part === undefined) return { items: await manifests(kind, meant, itself), resourceVersion: version };
    const left = behind(meant, part.after);
    const shown = left.slice(0, part.limit);
    const last = shown.at(-1);
    const about = { resourceVersion: version, remaining: left.length - shown.length };
    if (part.textOf === undefined || last === undefined)
      return { ...about, items: await manifests(kind, shown, itself) };
    return { ...about, items: [], written: { texts: await manifests(kind, shown, part.textOf), last } };
  };

  return {
    now: () => Math.max(at, clock?.position() ?? at),
    version: () => versionOf(cluster),
    kinds: () => kinds,
    currentVersion: () => String(Math.max(at, Math.floor(clock?.position() ?? at))),
    warning: () => [...warnings],
    usage: usageAt(store, cluster, at),
    get: (kind, namespace, name) => told(() => objectNamed(kind, namespace, name)),
    list: (kind, namespace, resourceVersion, part) =>
      told(async () => {
        if (resourceVersion !== undefined && resourceVersion !== version)
          throw gone(
            `this is ${rfc3339(at)} (resource version ${version}); version ${resourceVersion} is of another moment`,
          );
        return listed(kind, namespace, part);
      }),
    watch: (kind, namespace, resourceVersion, tell, signal, taken) =>
      told(async () => {
        const asked = Number(resourceVersion);
        const from = asked >= INSTANTS_FROM ? Math.max(at, asked) : at;
        clock = replayClock(from, parts.speed, now);
        const afterVersion = asked >= INSTANTS_FROM ? 0 : asked;
        const replay = { store, bodies, cluster, kind, namespace, from, afterVersion, clock, tell, signal, taken };
        if (isEvent(kind)) await replayEvents(replay);
        else await replayObjects(replay, await entriesAt(kind, from));
      }),
    async *logs(namespace, pod, query, signal) {
      try {
        const kind = kinds.find((each) => each.kind === 'Pod' && each.group === '');
        const object = kind === undefined ? undefined : await objectNamed(kind, namespace, pod);
        const keptFrom = logsFrom(parts);
        await warnOf('logs', undefined, at - HOUR_MS);
        const of = { cluster, namespace, pod, podUid: object?.metadata.uid ?? '', at, keptFrom };
        yield* logsAt(store, of, query, replayClock(at, parts.speed, now), signal);
      } catch (error) {
        throw asStatus(error);
      }
    },
  };
}

/** By its name: the living one of those who bore it, whatever the state says. */
async function livingNamed(
  { asking, bodies, cluster, at }: PastParts,
  kind: ResourceKind,
  namespace: string,
  name: string,
): Promise<KubeObject | undefined> {
  const query = { kind: kind.kind, namespace, name, from: at, to: at };
  const { items } = await asking.store.objects.names(cluster.id, query, { limit: 100 });
  const found = await Promise.all(items.map(({ uid }) => bodies.one(cluster, uid, at)));
  const living = found.flatMap((object) => object ?? []).filter(({ apiVersion }) => groupOf(apiVersion) === kind.group);
  return living.sort((a, b) => Number(b.metadata.resourceVersion) - Number(a.metadata.resourceVersion))[0];
}

function behind(entries: readonly Entry[], after: Part['after']): readonly Entry[] {
  if (after === undefined) return entries;
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle];
    if (entry !== undefined && byPlace(entry, after) > 0) high = middle;
    else low = middle + 1;
  }
  return entries.slice(low);
}

const DAY_MS = 86_400_000;

/** Lines older than what is kept of logs are not asked for: the rest is answered. */
const logsFrom = ({ asking }: PastParts): number =>
  asking.now() - asking.store.upkeep.retention().days.logs * DAY_MS + 60_000;

/** `v1.34.1` of when it was enrolled. */
function versionOf({ version = '' }: ClusterRecord): ReturnType<ObjectSource['version']> {
  const [, major = '1', minor = '30'] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return {
    major,
    minor,
    gitVersion: version === '' ? `v${major}.${minor}.0` : version.startsWith('v') ? version : `v${version}`,
  };
}
