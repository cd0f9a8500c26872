// Finding a kind among those served.
import { servedKinds } from '../metrics/kinds.ts';
import type { ObjectSource, ResourceKind } from '../port.ts';

export const findResource = (
  source: ObjectSource,
  group: string,
  version: string,
  resource: string,
): ResourceKind | undefined =>
  servedKinds(source).find((kind) => kind.group === group && kind.version === version && kind.resource === resource);

export const findKind = (source: ObjectSource, group: string, name: string): ResourceKind | undefined =>
  servedKinds(source).find((kind) => kind.group === group && kind.kind === name);

export const findServed = (
  source: ObjectSource,
  { group, version, kind: name }: Pick<ResourceKind, 'group' | 'version' | 'kind'>,
): ResourceKind | undefined =>
  servedKinds(source).find((kind) => kind.group === group && kind.version === version && kind.kind === name);

export const isEventsView = (kind: ResourceKind): boolean => kind.group === 'events.k8s.io' && kind.kind === 'Event';
export const isCoreEvent = (kind: ResourceKind): boolean => kind.group === '' && kind.kind === 'Event';

/** Questions that are answered and not kept: who am I, what may I. */
export const isReview = ({ group, kind }: ResourceKind): boolean =>
  (group === 'authorization.k8s.io' || group === 'authentication.k8s.io') && kind.endsWith('Review');
