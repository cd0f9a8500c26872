// The two shapes of an Event: core/v1 as stored, events.k8s.io/v1 as a view of the same.
import { at, type Json, withField } from '../json.ts';

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

/** A core event in the shape of events.k8s.io/v1. */
export const viewedEvent = (event: Json): Json => ({ ...rename(event, RENAMED), apiVersion: 'events.k8s.io/v1' });

/** And back. */
export const storedEvent = (event: Json): Json => ({
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
