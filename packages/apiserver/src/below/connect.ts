// exec, attach, port-forward and proxy lead to a kubelet, and behind this API there is none: that is said at once and plainly.
import type { Asked } from '../http/asked.ts';
import { StatusError } from '../port.ts';
import { existing } from '../read/get.ts';
import { methodNotAllowed } from '../status.ts';

/** Throws 404 for an object that is not there, 405 on a source that only shows, 501 otherwise. */
export async function answerConnect(asked: Asked): Promise<void> {
  const { source, kind, subresource = '', readOnlyBecause } = asked;
  if (source.write === undefined) throw methodNotAllowed(readOnlyBecause);
  const { metadata } = await existing(asked);
  throw new StatusError(
    501,
    'NotImplemented',
    `${subresource} is not implemented: no kubelet stands behind ${kind.singular} "${metadata.name}"; this API has objects and logs only`,
    { name: metadata.name, kind: kind.resource },
  );
}
