// Kinds whose objects are another kind's in another shape: one set of objects, two names.
import type { Json } from '../json.ts';
import { findServed } from '../kinds/find.ts';
import type { KubeObject, ObjectSource, ResourceKind } from '../port.ts';
import { storedAutoscaler, viewedAutoscaler } from './autoscaler.ts';
import { storedEvent, viewedEvent } from './events.ts';

interface View {
  readonly of: Pick<ResourceKind, 'group' | 'version' | 'kind'>;
  readonly served: (object: Json) => Json;
  readonly stored: (object: Json) => Json;
}

const VIEWS: Readonly<Record<string, View>> = {
  'events.k8s.io/v1 Event': {
    of: { group: '', version: 'v1', kind: 'Event' },
    served: viewedEvent,
    stored: storedEvent,
  },
  'autoscaling/v1 HorizontalPodAutoscaler': {
    of: { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' },
    served: viewedAutoscaler,
    stored: storedAutoscaler,
  },
};

const viewOf = ({ group, version, kind }: ResourceKind): View | undefined => VIEWS[`${group}/${version} ${kind}`];

/** The kind whose objects are kept; a view of a kind that is not served stands for itself. */
export function storedAs(source: ObjectSource, kind: ResourceKind): ResourceKind {
  const view = viewOf(kind);
  return view === undefined ? kind : (findServed(source, view.of) ?? kind);
}

/** An object as clients of `kind` see it. What is already in that shape stays. */
export function asServed(kind: ResourceKind, object: KubeObject): KubeObject {
  const view = viewOf(kind);
  const isKept = view !== undefined && object.apiVersion === apiVersionOf(view.of);
  // A view renames fields; apiVersion, kind and metadata, which is all a KubeObject promises, are there.
  return isKept ? (view.served(object) as KubeObject) : object;
}

const apiVersionOf = ({ group, version }: View['of']): string => (group === '' ? version : `${group}/${version}`);

/** What a client of `kind` sent, as it is kept. */
export const asStored = (kind: ResourceKind, object: Json): Json => viewOf(kind)?.stored(object) ?? object;
