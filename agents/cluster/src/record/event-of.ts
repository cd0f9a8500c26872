// An Event manifest → the event as kept: events.k8s.io/v1 and core v1 alike.

import { instantOf, type Manifest, numberAt, recordAt, textAt, valueAt } from '@mosaic/kat';
import type { ClusterEvent } from '@mosaic/wire';

const MOST_MESSAGE_CHARS = 4096;

/** `at`: when it was seen, for events that name no instant. `hide` takes credentials out of the message. */
export function eventOf(event: Manifest, at: number, hide: (text: string) => string): ClusterEvent {
  const regarding = event.regarding === undefined ? recordAt(event, 'involvedObject') : recordAt(event, 'regarding');
  const related = recordAt(event, 'related');
  const series = numberAt(event, 'series', 'count');
  const relatedKind = textAt(related, 'kind');
  const relatedName = textAt(related, 'name');
  const node = textAt(event, 'deprecatedSource', 'host') ?? textAt(event, 'source', 'host');
  return {
    uid: event.metadata.uid,
    ...instantsOf(event, at),
    count: series ?? numberAt(event, 'deprecatedCount') ?? numberAt(event, 'count') ?? 1,
    type: textAt(event, 'type') ?? 'Normal',
    reason: textAt(event, 'reason') ?? '',
    message: hide(textAt(event, 'note') ?? textAt(event, 'message') ?? '').slice(0, MOST_MESSAGE_CHARS),
    namespace: textAt(regarding, 'namespace') ?? event.metadata.namespace ?? '',
    kind: textAt(regarding, 'kind') ?? '',
    name: textAt(regarding, 'name') ?? '',
    objectUid: textAt(regarding, 'uid') ?? '',
    ...(relatedKind !== undefined && { relatedKind }),
    ...(relatedName !== undefined && { relatedName }),
    source: sourceOf(event),
    ...(node !== undefined && { node }),
    ...(series !== undefined && { series }),
  };
}

function instantsOf(event: Manifest, seen: number): { readonly at: number; readonly firstAt: number } {
  const first = firstOf(event, [
    ['deprecatedFirstTimestamp'],
    ['firstTimestamp'],
    ['eventTime'],
    ['metadata', 'creationTimestamp'],
  ]);
  const last = firstOf(event, [
    ['series', 'lastObservedTime'],
    ['deprecatedLastTimestamp'],
    ['lastTimestamp'],
    ['eventTime'],
  ]);
  const at = last ?? first ?? seen;
  return { at, firstAt: Math.min(first ?? at, at) };
}

function firstOf(event: Manifest, paths: readonly (readonly string[])[]): number | undefined {
  for (const path of paths) {
    const instant = instantOf(valueAt(event, ...path));
    if (instant !== undefined) return instant;
  }
  return undefined;
}

const sourceOf = (event: Manifest): string =>
  textAt(event, 'reportingController') ??
  textAt(event, 'reportingComponent') ??
  textAt(event, 'deprecatedSource', 'component') ??
  textAt(event, 'source', 'component') ??
  '';
