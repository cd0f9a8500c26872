// Which objects a request means: label and field selectors together.

import type { Asked } from '../http/asked.ts';
import type { KubeObject } from '../port.ts';
import { fieldTest } from '../selectors/fields.ts';
import { labelTest } from '../selectors/labels.ts';

export type Test = (object: KubeObject) => boolean;

/** `undefined` when everything is meant. A name in the path selects that one object. */
export function selection({ kind, query, name }: Asked): Test | undefined {
  const labels = labelTest(query.get('labelSelector'));
  const fields = fieldTest(kind, query.get('fieldSelector'));
  if (labels === undefined && fields === undefined && name === undefined) return undefined;
  return (object) =>
    (name === undefined || object.metadata.name === name) &&
    (labels === undefined || labels(object.metadata.labels ?? {})) &&
    (fields === undefined || fields(object));
}
