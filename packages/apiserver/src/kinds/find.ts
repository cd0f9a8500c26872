// Finding a kind among those served, and telling which kind's objects a view is made of.
import type { ObjectSource, ResourceKind } from '../port.ts';

export const findResource = (
  source: ObjectSource,
  group: string,
  version: string,
  resource: string,
): ResourceKind | undefined =>
  source.kinds().find((kind) => kind.group === group && kind.version === version && kind.resource === resource);

export const findKind = (source: ObjectSource, group: string, name: string): ResourceKind | undefined =>
  source.kinds().find((kind) => kind.group === group && kind.kind === name);

export const isEventsView = (kind: ResourceKind): boolean => kind.group === 'events.k8s.io' && kind.kind === 'Event';
export const isCoreEvent = (kind: ResourceKind): boolean => kind.group === '' && kind.kind === 'Event';
export const isReview = (kind: ResourceKind): boolean => kind.group === 'authorization.k8s.io';

/** `events.k8s.io/v1` shows core's events in another shape: one set of objects, two names. */
export const storedAs = (source: ObjectSource, kind: ResourceKind): ResourceKind =>
  isEventsView(kind) ? (findKind(source, '', 'Event') ?? kind) : kind;
