// The two shapes of an Event: core/v1 as stored, events.k8s.io/v1 as a view of the same.
import { at, type Json, withField } from '../json.ts';
import { isEventsView } from '../kinds/find.ts';
import type { KubeObject, ResourceKind } from '../port.ts';

/** Core's name for each field → the name in events.k8s.io/v1. */
const RENAMED: readonly (readonly [string, string])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['reportingComponent', 'reportingController'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
];

const viewed = (event: Json): Json => ({ ...rename(event, RENAMED), apiVersion: 'events.k8s.io/v1' });

const stored = (event: Json): Json => ({
  ...rename(
    event,
    RENAMED.map(([core, view]) => [view, core] as const),
  ),
  apiVersion: 'v1',
});

function rename(event: Json, names: readonly (readonly [string, string])[]): Json {
  return names.reduce<Json>((made, [from, to]) => {
    const value = at(event, from);
    return value === undefined ? made : withField(withField(made, from, undefined), to, value);
  }, event);
}

/** An object as clients of `kind` see it. */
export const asServed = (kind: ResourceKind, object: KubeObject): KubeObject =>
  // Renaming fields keeps apiVersion, kind and metadata, which is all a KubeObject promises.
  isEventsView(kind) ? (viewed(object) as KubeObject) : object;

/** What a client of `kind` sent, as it is kept. */
export const asStored = (kind: ResourceKind, object: Json): Json => (isEventsView(kind) ? stored(object) : object);
